package io.syncline.pull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads beside a running Syncline what its embedded database holds. */
final class SyncedData {

    /** A row of a job. */
    record JobRow(String id, String status, Optional<String> errorClass, String error, long processed, long created) {}

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String url;

    SyncedData(Path data) {
        this.url = "jdbc:sqlite:" + data.resolve("syncline.db") + "?busy_timeout=10000";
    }

    /** The jobs of an integration, oldest first. */
    List<JobRow> jobs(String integrationId) {
        return query(
                "SELECT j.id, status, error_class, error, processed, created FROM job j JOIN integration i ON i.no = integration_no"
                        + " WHERE i.id = ? ORDER BY created_at, j.id",
                integrationId,
                row -> new JobRow(
                        row.getString(1),
                        row.getString(2),
                        Optional.ofNullable(row.getString(3)),
                        Optional.ofNullable(row.getString(4)).orElse(""),
                        row.getLong(5),
                        row.getLong(6)));
    }

    /** The living entities of a type, by id. */
    Map<String, JsonNode> entities(String integrationId, String entityType) {
        Map<String, JsonNode> living = new TreeMap<>();
        query(
                "SELECT e.entity_id, c.data FROM entity e JOIN collection k ON k.no = e.collection_no"
                        + " JOIN integration i ON i.no = k.integration_no JOIN change c ON c.seq = e.seq"
                        + " WHERE i.id = ? AND e.digest IS NOT NULL AND k.entity_type = '" + entityType + "'",
                integrationId,
                row -> living.put(row.getString(1), json(row.getString(2))));
        return living;
    }

    /** How many changes an integration has had. */
    int changes(String integrationId) {
        return query(
                        "SELECT COUNT(*) FROM change c JOIN collection k ON k.no = c.collection_no"
                                + " JOIN integration i ON i.no = k.integration_no WHERE i.id = ?",
                        integrationId,
                        row -> row.getInt(1))
                .get(0);
    }

    /** Why records of an integration were set aside. */
    List<String> quarantined(String integrationId) {
        return query(
                "SELECT reason FROM quarantine q JOIN integration i ON i.no = q.integration_no WHERE i.id = ?",
                integrationId,
                row -> row.getString(1));
    }

    /** Whether a job of an integration has waited for its circuit breaker. */
    boolean hasWaitedForItsBreaker(String integrationId) {
        return query(
                                "SELECT COUNT(*) FROM job_log l JOIN job j ON j.id = l.job_id JOIN integration i ON i.no = j.integration_no"
                                        + " WHERE i.id = ? AND l.message LIKE 'waits: the circuit breaker is open%'",
                                integrationId, row -> row.getInt(1))
                        .get(0)
                > 0;
    }

    /** Where a stream stands. */
    List<String> checkpoints(String integrationId) {
        return query(
                "SELECT value FROM checkpoint c JOIN integration i ON i.no = c.integration_no WHERE i.id = ?",
                integrationId,
                row -> row.getString(1));
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, String integrationId, Row<T> reader) {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, integrationId);
            List<T> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(reader.read(found));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
