package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while its jobs are in every status: what was to go on goes on, and what was to end has ended. */
final class KilledInEachStatusTest {

    private static final int COUNT = 20;
    private static final int PAGE = 5;

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Map<String, Projects> projects = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    @AfterEach
    void stop() {
        projects.values().forEach(Projects::giveAll);
        upstream.close();
    }

    @Test
    void leavesEachJobWhereItIsOrWhereItWasToGo() {
        for (String id : List.of("running", "stopping", "pausing", "forced", "paused", "stopped", "failed", "done")) {
            projects.put(id, new Projects(COUNT, PAGE));
            upstream.script(id, projects.get(id));
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        }
        TestDatabase database = TestDatabase.sqlite(folder);
        Map<String, String> jobs = new HashMap<>();
        String queued;
        try (Hub killed = Hub.startProcess(folder, "data", database, properties)) {
            projects.get("failed").fail(Answer.json("{\"data\":{}}"));
            for (String id : projects.keySet()) {
                if (!id.equals("done") && !id.equals("failed")) {
                    projects.get(id).hold();
                    projects.get(id).give(1);
                }
                jobs.put(id, killed.startJob(id, "full_sync", null));
            }
            for (String id : List.of("running", "stopping", "pausing", "forced", "paused", "stopped")) {
                Waiting.until("a page of " + id, () -> Optional.of(killed.job(jobs.get(id)))
                        .filter(job -> job.at("/result/processed").asInt() == PAGE));
            }
            command(killed, jobs.get("paused"), "pause", null);
            command(killed, jobs.get("stopped"), "stop", "{\"graceful\":false}");
            projects.get("paused").give(1);
            killed.await(jobs.get("paused"), "paused");
            killed.await(jobs.get("stopped"), "stopped");
            killed.await(jobs.get("failed"), "failed");
            killed.await(jobs.get("done"), "completed");
            command(killed, jobs.get("stopping"), "stop", null);
            command(killed, jobs.get("pausing"), "pause", null);
            queued = killed.startJob("forced", "full_sync", "{\"force\":true}");
            assertThat(statuses(killed, jobs))
                    .containsEntry("running", "running")
                    .containsEntry("stopping", "stopping")
                    .containsEntry("pausing", "stopping")
                    .containsEntry("forced", "stopping");
            assertThat(killed.job(queued).path("status").asText()).isEqualTo("queued");
            killed.kill();
        }

        projects.values().forEach(Projects::giveAll);
        try (Hub next = Hub.startProcess(folder, "data", database, properties)) {
            assertWhole(next.await(jobs.get("running"), "completed"));
            assertWhole(next.await(queued, "completed"));
            next.await(jobs.get("stopping"), "stopped");
            next.await(jobs.get("pausing"), "paused");
            assertThat(statuses(next, jobs))
                    .isEqualTo(Map.of(
                            "running", "completed",
                            "stopping", "stopped",
                            "pausing", "paused",
                            "forced", "stopped",
                            "paused", "paused",
                            "stopped", "stopped",
                            "failed", "failed",
                            "done", "completed"));
            for (String id : List.of("stopping", "pausing", "paused", "stopped")) {
                command(next, jobs.get(id), "resume", null);
                assertWhole(next.await(jobs.get(id), "completed"));
            }
        }
    }

    private static void assertWhole(JsonNode job) {
        assertThat(job.at("/result/processed").asInt()).as(job.toString()).isEqualTo(COUNT);
    }

    private static void command(Hub hub, String job, String command, String body) {
        assertThat(hub.post("/api/sync/jobs/" + job + "/" + command, body).status())
                .as(command)
                .isEqualTo(200);
    }

    private static Map<String, String> statuses(Hub hub, Map<String, String> jobs) {
        Map<String, String> statuses = new HashMap<>();
        jobs.forEach((id, job) -> statuses.put(id, hub.job(job).path("status").asText()));
        return statuses;
    }
}
