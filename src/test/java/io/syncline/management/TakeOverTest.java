package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of a full sync: the job goes on where it was, and still tells what is gone. */
final class TakeOverTest {

    private static final int COUNT = 300;
    private static final int PAGE = 50;
    private static final int GONE = 20;

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Projects projects = new Projects(COUNT, PAGE);

    @BeforeEach
    void script() {
        upstream.script("x", projects);
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void goesOnAtTheNextStart() {
        TestDatabase database = TestDatabase.sqlite(folder);
        String job;
        try (Hub killed = start(database, "data")) {
            job = beginFullSync(killed);
            killed.kill();
        }
        projects.giveAll();
        try (Hub next = start(database, "data")) {
            assertWholeAndSwept(next, job);
        }
    }

    @Test
    void goesOnInAnotherProcessOnTheSamePostgresql() {
        TestDatabase database = TestDatabase.postgresql();
        try (Hub killed = start(database, "one")) {
            String job = beginFullSync(killed);
            try (Hub other = start(database, "other")) {
                assertThat(other.job(job).path("status").asText()).isEqualTo("running");
                killed.kill();
                projects.giveAll();
                assertWholeAndSwept(other, job);
            }
        }
    }

    private Hub start(TestDatabase database, String data) {
        return Hub.startProcess(folder, data, database, Hub.integration("x", upstream.url("x"), "project"));
    }

    /** After a first sync and some deletes, the job has three pages and waits for the fourth. */
    private String beginFullSync(Hub hub) {
        hub.await(hub.startJob("x", "full_sync", null), "completed");
        projects.remove(101, 100 + GONE);
        projects.hold();
        projects.give(3);
        String job = hub.startJob("x", "full_sync", null);
        Waiting.until("three pages", () -> Optional.of(hub.job(job))
                .filter(now -> now.at("/result/processed").asInt() == 3 * PAGE));
        return job;
    }

    private void assertWholeAndSwept(Hub hub, String id) {
        JsonNode job = hub.await(id, "completed");
        assertThat(job.at("/result/processed").asInt())
                .as("every record once, and then the deletes")
                .isEqualTo(COUNT - GONE + GONE);
        assertThat(job.at("/result/deleted").asInt()).isEqualTo(GONE);
        assertThat(job.at("/result/created").asInt()).isZero();
        assertThat(job.path("logs").findValuesAsText("message"))
                .contains("taken up after its process ended, from its checkpoint, with 150 records processed before");
        assertThat(upstream.asked("x").stream().filter(asked -> asked.cursor().isEmpty()))
                .as("from the beginning once by each of two full syncs")
                .hasSize(2);
        assertThat(hub.get("/api/sync/jobs?integrationId=x")
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(2);
    }
}
