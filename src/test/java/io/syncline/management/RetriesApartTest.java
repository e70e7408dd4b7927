package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of one job that waits for a retry is nothing to another that does. */
final class RetriesApartTest {

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private Hub hub;

    @AfterEach
    void stop() {
        upstream.close();
        hub.close();
    }

    @Test
    void stoppingOneJobLeavesAnotherWaitingForItsRetry() {
        Map<String, String> properties = new HashMap<>();
        for (String id : List.of("stopped", "other")) {
            // An hour, so that whoever asks again was hurried.
            upstream.script(id, asked -> new Answer(429, Map.of("Retry-After", "3600"), ""));
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        }
        hub = Hub.start(folder, TestDatabase.of(Database.Dialect.SQLITE, folder), properties);
        String other = hub.startJob("other", "full_sync", null);
        String stopped = hub.startJob("stopped", "full_sync", null);
        for (String id : List.of("stopped", "other")) {
            Waiting.until("the first request of " + id, () -> upstream.asked(id).stream()
                    .findFirst());
        }

        hub.post("/api/sync/jobs/" + stopped + "/stop", "{\"graceful\":true}");
        hub.await(stopped, "stopped");

        assertThat(hub.job(other).path("status").asText()).isEqualTo("running");
        assertThat(upstream.asked("stopped")).hasSize(1);
        assertThat(hub.job(other).path("logs").findValuesAsText("message")).noneMatch(line -> line.contains("try 2"));
        assertThat(upstream.asked("other")).hasSize(1);
    }
}
