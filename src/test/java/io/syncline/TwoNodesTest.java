package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one PostgreSQL, of which one is killed. */
final class TwoNodesTest {

    private static final int INTEGRATIONS = 5;
    private static final int INTERVAL_SECONDS = 1;
    private static final int TURNS = 12;

    private record Ran(String integrationId, long startedAt, long completedAt) {}

    @Test
    void runEachTurnOnceAndGoOnWhenOneIsKilled(@TempDir Path folder) throws Exception {
        String url = PostgresServer.freshDatabase();
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            Map<String, String> properties = new HashMap<>(Map.of(
                    "syncline.db.url", url,
                    "syncline.db.user", PostgresServer.USER,
                    "syncline.db.password", PostgresServer.PASSWORD));
            for (int number = 0; number < INTEGRATIONS; number++) {
                String id = "x" + number;
                upstream.script(
                        id,
                        asked -> Answer.json(
                                "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"1\",\"hasMore\":false}}}"));
                String prefix = "syncline.integration." + id + ".";
                properties.put(prefix + "source", "letsbuild");
                properties.put(prefix + "interval", Integer.toString(INTERVAL_SECONDS));
                properties.put(prefix + "url", upstream.url(id));
                properties.put(prefix + "token", "t");
                properties.put(prefix + "streams", "project");
            }
            try (SynclineProcess first = start(folder.resolve("first"), properties);
                    SynclineProcess second = start(folder.resolve("second"), properties)) {
                first.awaitAnswer("/observe/health", "\"database\"");
                second.awaitAnswer("/observe/health", "\"database\"");
                awaitTurns(url, System.currentTimeMillis());
                first.kill();
                awaitTurns(url, System.currentTimeMillis());
                assertThat(second.isAlive()).isTrue();
            }
        }

        for (int number = 0; number < INTEGRATIONS; number++) {
            String id = "x" + number;
            List<Ran> jobs = jobs(url).stream()
                    .filter(job -> job.integrationId.equals(id))
                    .toList();
            for (int job = 1; job < jobs.size(); job++) {
                assertThat(jobs.get(job).startedAt).isGreaterThanOrEqualTo(jobs.get(job - 1).completedAt);
            }
            long turns = (jobs.get(jobs.size() - 1).startedAt - jobs.get(0).startedAt) / (1_000 * INTERVAL_SECONDS);
            // One at the first start, and one that made up for turns missed at the kill, may come beside the turns.
            assertThat(jobs).hasSizeLessThanOrEqualTo((int) turns + 4);
        }
    }

    private static SynclineProcess start(Path folder, Map<String, String> properties) throws Exception {
        return SynclineProcess.start(Files.createDirectories(folder), properties);
    }

    private static void awaitTurns(String url, long since) {
        for (int number = 0; number < INTEGRATIONS; number++) {
            String id = "x" + number;
            Waiting.until("turns of " + id, () -> Optional.of(jobs(url).stream()
                            .filter(job -> job.integrationId.equals(id) && job.startedAt >= since)
                            .count())
                    .filter(count -> count >= TURNS));
        }
    }

    private static List<Ran> jobs(String url) {
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT i.id, started_at, completed_at FROM job j JOIN integration i ON i.no = j.integration_no"
                                + " WHERE status = 'completed' ORDER BY started_at")) {
            List<Ran> jobs = new ArrayList<>();
            while (rows.next()) {
                jobs.add(new Ran(rows.getString(1), rows.getLong(2), rows.getLong(3)));
            }
            return jobs;
        } catch (SQLException notYet) {
            return List.of();
        }
    }
}
