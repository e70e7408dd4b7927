package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.Waiting;
import io.syncline.storage.PostgresServer;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of an upstream that somebody has locked keeps no job from ending. */
final class LockedTableTest {

    @TempDir
    private Path folder;

    private final String url = PostgresServer.freshDatabase();
    private Connection other;
    private Hub hub;

    @BeforeEach
    void makeATableAndLockIt() throws SQLException {
        other = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
        execute("CREATE TABLE customer (id BIGINT PRIMARY KEY, updated_at TIMESTAMPTZ)");
        execute("INSERT INTO customer SELECT n, now() FROM generate_series(1, 7) n");
        other.setAutoCommit(false);
        execute("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE");
    }

    @AfterEach
    void stop() throws SQLException {
        other.close();
        hub.close();
    }

    @Test
    void letsAHardStopEndAJobThatWaitsForIt() throws SQLException {
        start(Map.of());
        String job = hub.startJob("crm", "full_sync", null);
        awaitPullsThatWait(1);

        assertThat(hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}")
                        .text("status"))
                .isEqualTo("stopping");

        hub.await(job, "stopped");
        awaitPullsThatWait(0);

        other.rollback();
        hub.post("/api/sync/jobs/" + job + "/resume", null);
        assertThat(hub.await(job, "completed", "failed").at("/result/created").asInt())
                .isEqualTo(7);
    }

    @Test
    void letsTheTimeoutOfAJobEndOneThatWaitsForIt() {
        start(Map.of("syncline.jobs.timeout", "1"));
        String job = hub.startJob("crm", "full_sync", null);

        JsonNode ended = hub.await(job, "failed");

        assertThat(ended.at("/error/message").asText()).contains("syncline.jobs.timeout");
        awaitPullsThatWait(0);
    }

    private void start(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.integration.crm.source",
                "sql",
                "syncline.integration.crm.cron",
                "0 0 0 1 1 ? 2099",
                "syncline.integration.crm.url",
                url,
                "syncline.integration.crm.user",
                PostgresServer.USER,
                "syncline.integration.crm.password",
                PostgresServer.PASSWORD,
                "syncline.integration.crm.table",
                "customer"));
        properties.putAll(more);
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private void awaitPullsThatWait(int count) {
        Waiting.until(count + " pulls that wait", () -> {
            try (Connection connection =
                            DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock' AND application_name = 'Syncline crm'")) {
                row.next();
                return Optional.of(row.getInt(1)).filter(waiting -> waiting == count);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }
}
