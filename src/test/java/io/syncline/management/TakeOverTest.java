package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that is killed in the middle of a full sync: the job goes on where it was, as soon as is promised, and still tells what is gone; a schedule that
 * was chosen at run time is kept.
 */
final class TakeOverTest {

    private static final int COUNT = 300;
    private static final int PAGE = 50;
    private static final int GONE = 20;
    private static final int CHOSEN = 7_200;
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration PROMISED = Duration.ofSeconds(10);
    private static final String TAKEN_UP =
            "taken up after its process ended, from its checkpoint, with 150 records processed before";

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

    /** On PostgreSQL the new process finds the lease of the dead one, which it must outwait. */
    @ParameterizedTest
    @EnumSource
    void goesOnAtTheNextStart(Database.Dialect dialect) {
        TestDatabase database = TestDatabase.of(dialect, folder);
        String job;
        try (Hub killed = start(database, "data")) {
            job = beginFullSync(killed);
            killed.kill();
        }
        projects.giveAll();
        Instant restarted = Instant.now();
        try (Hub next = start(database, "data")) {
            // How long a process takes to start is the machine's.
            Instant answers = Instant.now();
            assertWholeAndSwept(next, job);
            assertThat(takenUp(next, job)).isBetween(restarted, answers.plus(PROMISED));
            assertChosenScheduleKept(next);
        }
    }

    @Test
    void goesOnInAnotherProcessOnTheSamePostgresql() {
        TestDatabase database = TestDatabase.postgresql();
        try (Hub killed = start(database, "one")) {
            String job = beginFullSync(killed);
            try (Hub other = start(database, "other")) {
                awaitRenewed(database);
                assertThat(other.job(job).path("status").asText()).isEqualTo("running");
                Instant kill = Instant.now();
                killed.kill();
                projects.giveAll();
                assertWholeAndSwept(other, job);
                assertThat(takenUp(other, job)).isBetween(kill, kill.plus(PROMISED));
                assertChosenScheduleKept(other);
            }
        }
    }

    /** It wakes up with a page in hand, its lease long gone. */
    @Test
    void writesNothingMoreAfterAnotherProcessHasGoneOn() {
        TestDatabase database = TestDatabase.postgresql();
        try (Hub suspended = start(database, "one")) {
            String job = beginFullSync(suspended);
            suspended.suspend();
            projects.giveAll();
            try (Hub other = start(database, "other")) {
                assertWholeAndSwept(other, job);
                JsonNode ended = other.job(job);

                suspended.wake();

                Waiting.until("the first to notice", () -> Optional.of(log("one"))
                        .filter(log -> log.contains("job " + job + " was taken over by another process")));
                assertThat(other.job(job)).isEqualTo(ended);
                assertThat(suspended.job(job)).isEqualTo(ended);
                other.await(other.startJob("x", "full_sync", null), "completed");
                assertThat(other.get("/api/sync/jobs?integrationId=x")
                                .body()
                                .at("/jobs/0/result/deleted")
                                .asInt())
                        .isZero();
            }
        }
    }

    private String log(String data) {
        try {
            return Files.readString(folder.resolve(data + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its lease holds longer by now than when the job began. */
    private static void awaitRenewed(TestDatabase database) {
        try (Database open = database.open()) {
            Waiting.until("a lease that was renewed", () -> open.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT 1 FROM lease l JOIN job j ON j.id = l.job_id"
                                    + " WHERE l.expires_at > j.started_at + " + LEASE.toMillis())
                            .mapTo(Integer.class)
                            .findOne()));
        }
    }

    private static Instant takenUp(Hub hub, String job) {
        for (JsonNode line : hub.job(job).path("logs")) {
            if (line.path("message").asText().equals(TAKEN_UP)) {
                return Instant.parse(line.path("timestamp").asText());
            }
        }
        throw new AssertionError("not taken up");
    }

    private Hub start(TestDatabase database, String data) {
        return Hub.startProcess(folder, data, database, Hub.integration("x", upstream.url("x"), "project"));
    }

    /** After a first sync, another schedule and some deletes, the job has three pages and waits for the fourth. */
    private String beginFullSync(Hub hub) {
        String first = hub.startJob("x", "full_sync", null);
        hub.await(first, "completed");
        assertThat(hub.send("PUT", "/api/sync/jobs/" + first + "/interval", Hub.ADMIN, "{\"interval\":" + CHOSEN + "}")
                        .status())
                .isEqualTo(200);
        projects.remove(101, 100 + GONE);
        projects.hold();
        projects.give(3);
        String job = hub.startJob("x", "full_sync", null);
        Waiting.until("three pages", () -> Optional.of(hub.job(job))
                .filter(now -> now.at("/result/processed").asInt() == 3 * PAGE));
        return job;
    }

    private static void assertChosenScheduleKept(Hub hub) {
        JsonNode status = hub.get("/api/sync/integrations/status").body().at("/integrations/0");
        assertThat(status.path("syncInterval").asInt()).isEqualTo(CHOSEN);
        assertThat(Instant.parse(status.path("nextSync").asText()))
                .isBefore(Instant.now().plusSeconds(CHOSEN + 1));
    }

    private void assertWholeAndSwept(Hub hub, String id) {
        JsonNode job = hub.await(id, "completed");
        assertThat(job.at("/result/processed").asInt())
                .as("every record once, and then the deletes")
                .isEqualTo(COUNT - GONE + GONE);
        assertThat(job.at("/result/deleted").asInt()).isEqualTo(GONE);
        assertThat(job.at("/result/created").asInt()).isZero();
        assertThat(job.path("logs").findValuesAsText("message")).contains(TAKEN_UP);
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
