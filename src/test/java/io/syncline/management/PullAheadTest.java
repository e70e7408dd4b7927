package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few pages are pulled while one is appended, and then go into one transaction. */
final class PullAheadTest {

    private static final int PAGES = 24;

    /** The one that is appended, sixteen that wait, and one in hand. */
    private static final int AHEAD = 18;

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.postgresql();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final AtomicBoolean held = new AtomicBoolean();
    private Hub hub;

    @AfterEach
    void stop() {
        upstream.close();
        hub.close();
    }

    @Test
    void pullsAFewPagesWhileOneIsAppendedAndAppendsThemTogether() throws SQLException {
        AtomicBoolean tooSoon = new AtomicBoolean();
        String job = heldAtItsFirstAppend(AHEAD, number -> {
            if (number > AHEAD) {
                tooSoon.compareAndSet(false, held.get());
            }
            return page(number);
        });

        JsonNode done = hub.await(job, "completed", "failed");

        assertThat(tooSoon).as("one page more before the first was appended").isFalse();
        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(done.at("/result/created").asInt()).isEqualTo(PAGES);
        assertThat(upstream.asked("x")).hasSize(PAGES);
        assertThat(lastOfEachAppend(job))
                .as("the first page alone, the sixteen that waited together")
                .startsWith(1L, 17L);
    }

    private List<Long> lastOfEachAppend(String job) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                PreparedStatement statement =
                        connection.prepareStatement("SELECT last_seq FROM append WHERE job_id = ? ORDER BY last_seq")) {
            statement.setString(1, job);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    numbers.add(rows.getLong(1));
                }
            }
        }
        return numbers;
    }

    @Test
    void keepsThePageBeforeOneThatCannotBePulled() throws SQLException {
        String job = heldAtItsFirstAppend(2, number -> number == 1 ? page(1) : Answer.json("{\"data\":{}}"));

        JsonNode done = hub.await(job, "completed", "failed");

        assertThat(done.path("status").asText()).isEqualTo("failed");
        assertThat(done.at("/result/created").asInt()).isEqualTo(1);
        upstream.asked("x").clear();
        hub.post("/api/sync/jobs/" + job + "/resume", "{}");
        Waiting.until("the next request", () -> upstream.asked("x").stream().findFirst());
        assertThat(upstream.asked("x").get(0).cursor()).contains("1");
    }

    private interface Pages {
        Answer page(int number);
    }

    /** A full sync whose first append waits until so many pages were asked for. */
    private String heldAtItsFirstAppend(int asks, Pages pages) throws SQLException {
        upstream.script("x", asked -> pages.page(asked.number()));
        hub = Hub.start(folder, database, Hub.integration("x", upstream.url("x"), "project"));
        String job;
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Where an append draws its numbers.
            statement.execute("SELECT head FROM changelog FOR UPDATE");
            held.set(true);
            job = hub.startJob("x", "full_sync", null);
            Waiting.until("page " + asks + " to be asked for", () -> Optional.of(upstream.asked("x"))
                    .filter(asked -> asked.size() >= asks));
            held.set(false);
            connection.commit();
        }
        return job;
    }

    private static Answer page(int number) {
        String id = "00000000-0000-4000-8000-%012d".formatted(number);
        return Answer.json("""
                {"data":{"projectSync":{"changes":[{"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","name":"P","code":"C","isArchived":false,"sequenceVersion":%d}}],
                 "cursor":"%d","hasMore":%b}}}
                """.formatted(id, id, number, number, number < PAGES));
    }
}
