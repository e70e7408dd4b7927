package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A job that cannot begin because the database refuses: one line says so, without a stack trace, and it begins once it can. */
final class BeginAgainTest {

    @TempDir
    private Path folder;

    private final List<ILoggingEvent> said = new CopyOnWriteArrayList<>();

    @Test
    void saysWhyNoJobCanBeginAndBeginsItLater() throws SQLException {
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.add(event);
            }
        };
        listener.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(listener);
        TestDatabase database = TestDatabase.sqlite(folder);
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", new Projects(5, 5));
            try (Hub hub = Hub.start(folder, database, Hub.integration("x", upstream.url("x"), "project"))) {
                execute(database, "ALTER TABLE lease RENAME TO taken_away");
                String job = hub.startJob("x", "full_sync", null);
                Waiting.until("a line of the job that cannot begin", () -> said.stream()
                        .filter(event -> event.getFormattedMessage().contains("no such table: lease"))
                        .findFirst());
                execute(database, "ALTER TABLE taken_away RENAME TO lease");

                hub.await(job, "completed");
            }
        } finally {
            root.detachAppender(listener);
        }

        assertThat(said).filteredOn(event -> event.getThrowableProxy() != null).isEmpty();
        assertThat(said)
                .filteredOn(event -> event.getFormattedMessage().contains("no such table: lease"))
                .first()
                .satisfies(event -> assertThat(event.getFormattedMessage()).startsWith("x: no job could begin"));
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute(sql);
        }
    }
}
