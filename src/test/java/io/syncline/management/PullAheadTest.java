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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The next page is pulled while the one in hand is appended, and none after that. */
final class PullAheadTest {

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
    void pullsOnePageWhileTheOneBeforeItIsAppended() throws SQLException {
        AtomicBoolean tooSoon = new AtomicBoolean();
        String job = heldAtItsFirstAppend(number -> {
            if (number > 2) {
                tooSoon.compareAndSet(false, held.get());
            }
            return page(number);
        });

        JsonNode done = hub.await(job, "completed", "failed");

        assertThat(tooSoon).as("a third page before the first was appended").isFalse();
        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(done.at("/result/created").asInt()).isEqualTo(4);
        assertThat(upstream.asked("x")).hasSize(4);
    }

    @Test
    void keepsThePageBeforeOneThatCannotBePulled() throws SQLException {
        String job = heldAtItsFirstAppend(number -> number == 1 ? page(1) : Answer.json("{\"data\":{}}"));

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

    /** A full sync whose first append waits until the second page was asked for. */
    private String heldAtItsFirstAppend(Pages pages) throws SQLException {
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
            Waiting.until("the second page to be asked for", () -> Optional.of(upstream.asked("x"))
                    .filter(asked -> asked.size() > 1));
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
                """.formatted(id, id, number, number, number < 4));
    }
}
