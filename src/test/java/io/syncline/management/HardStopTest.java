package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.job.JobCommands;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hard stop takes back what a job has in hand: a page in the middle of its append, and the one that was pulled ahead. */
final class HardStopTest {

    private static final int PAGES = 6;
    private static final int PAGE = 5;

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.postgresql();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Projects projects = new Projects(PAGES * PAGE, PAGE);
    private Hub hub;

    @BeforeEach
    void start() {
        upstream.script("x", projects);
        hub = Hub.start(folder, database, Hub.integration("x", upstream.url("x"), "project"));
    }

    @AfterEach
    void stop() {
        projects.giveAll();
        hub.close();
        upstream.close();
    }

    @Test
    void takesBackThePageThatIsBeingAppendedAndTheOneAhead() throws SQLException {
        projects.hold();
        String job = hub.startJob("x", "full_sync", null);
        projects.give(1);
        awaitProcessed(job, PAGE);
        CompletableFuture<Answer> stopped;
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Where an append draws its numbers, the last thing but for a few that it does.
            statement.execute("SELECT head FROM changelog FOR UPDATE");
            projects.give(2);
            awaitAppendThatWaits();
            Waiting.until("the page ahead to be asked for", () -> Optional.of(upstream.asked("x"))
                    .filter(asked -> asked.size() >= 3));

            stopped = CompletableFuture.supplyAsync(
                    () -> hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}"));
            awaitStopThatWaits();
            connection.rollback();
        }

        assertThat(stopped.join().status()).isEqualTo(200);
        JsonNode ended = hub.await(job, "stopped");
        assertThat(ended.at("/result/processed").asInt()).isEqualTo(PAGE);
        assertThat(changes()).hasSize(PAGE);

        projects.giveAll();
        upstream.asked("x").clear();
        assertThat(hub.post("/api/sync/jobs/" + job + "/resume", null).status()).isEqualTo(200);
        JsonNode whole = hub.await(job, "completed");
        assertThat(upstream.asked("x").get(0).cursor()).contains(Integer.toString(PAGE));
        assertThat(whole.at("/result/processed").asInt()).isEqualTo(PAGES * PAGE);
        assertThat(whole.at("/result/created").asInt()).isEqualTo(PAGES * PAGE);
        assertThat(changes().findValuesAsText("entityId")).hasSize(PAGES * PAGE).doesNotHaveDuplicates();
    }

    private void awaitProcessed(String job, int records) {
        Waiting.until(records + " records", () -> Optional.of(hub.job(job))
                .filter(now -> now.at("/result/processed").asInt() == records));
    }

    private void awaitAppendThatWaits() {
        Waiting.until("an append that waits", () -> {
            try (Connection connection = connection();
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock' AND query LIKE '%UPDATE changelog SET head%'")) {
                return row.next() ? Optional.of(true) : Optional.empty();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void awaitStopThatWaits() {
        Waiting.until("a stop that waits", () -> Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .filter(frame -> frame.getClassName().equals(JobCommands.class.getName())
                        && frame.getMethodName().equals("locked"))
                .findAny());
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    private JsonNode changes() {
        return hub.get("/api/changes?integrationId=x&limit=1000").body().path("changes");
    }
}
