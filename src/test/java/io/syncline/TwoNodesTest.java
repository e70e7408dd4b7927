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
    private static final int INTERVAL_SECONDS = 2;
    private static final int TURNS = 3;

    private static final String CLOCKWORKS = "SELECT 'nodes', COUNT(*) FROM qrtz_scheduler_state";
    private static final String JOBS_BEYOND_TURNS =
            "SELECT i.id, (SELECT COUNT(*) FROM job j WHERE j.integration_no = i.no AND j.origin = 'schedule')"
                    + " - t.times_triggered FROM integration i"
                    + " JOIN qrtz_simple_triggers t ON t.trigger_name = i.id AND t.trigger_group = 'sync'";

    private record Ran(String integrationId, long startedAt, long completedAt) {}

    @Test
    void runNoTurnTwiceAndGoOnWhenOneIsKilled(@TempDir Path folder) throws Exception {
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
                Waiting.until(
                        "both nodes' clockworks",
                        () -> Optional.of(numbers(url, CLOCKWORKS).get("nodes")).filter(nodes -> nodes == 2));
                assertNoTurnRunsTwice(url);
                first.kill();
                awaitTurns(url, System.currentTimeMillis());
                assertNoTurnRunsTwice(url);
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
        }
    }

    /** Quartz counts the turns, the table of jobs what came of them: from now on no more than one each, and none where the job of the turn before still runs. */
    private static void assertNoTurnRunsTwice(String url) {
        Map<String, Long> before = jobsBeyondTurns(url);
        awaitTurns(url, System.currentTimeMillis());
        assertThat(before).hasSize(INTEGRATIONS);
        assertThat(jobsBeyondTurns(url))
                .allSatisfy((id, beyond) -> assertThat(beyond).as(id).isLessThanOrEqualTo(before.get(id)));
    }

    /** A job comes a little later than its turn, so of what is seen during a turn the most is true. */
    private static Map<String, Long> jobsBeyondTurns(String url) {
        Map<String, Long> most = new HashMap<>();
        long since = System.currentTimeMillis();
        Waiting.until("a turn of each", () -> {
            numbers(url, JOBS_BEYOND_TURNS).forEach((id, number) -> most.merge(id, number, Math::max));
            return Optional.of(jobs(url).stream()
                            .filter(job -> job.startedAt >= since)
                            .map(Ran::integrationId)
                            .distinct()
                            .count())
                    .filter(ran -> ran == INTEGRATIONS);
        });
        return most;
    }

    /** A number by name. */
    private static Map<String, Long> numbers(String url, String query) {
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            Map<String, Long> numbers = new HashMap<>();
            while (rows.next()) {
                numbers.put(rows.getString(1), rows.getLong(2));
            }
            return numbers;
        } catch (SQLException e) {
            throw new AssertionError(e);
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
