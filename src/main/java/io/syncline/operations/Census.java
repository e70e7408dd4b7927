package io.syncline.operations;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks the database what only it knows: whether it answers, and how many records need attention. Safe for use by many threads. */
final class Census {

    /** Of one integration, how many entities are partial and how many records are set aside. */
    record Count(String integrationId, long partial, long quarantined) {}

    private static final int PATIENCE_SECONDS = 2;
    private static final String COUNT = """
            SELECT i.id,
                   (SELECT COUNT(*) FROM entity e JOIN collection c ON c.no = e.collection_no
                     WHERE c.integration_no = i.no AND e.partial = 1),
                   (SELECT COUNT(*) FROM quarantine q WHERE q.integration_no = i.no)
              FROM integration i ORDER BY i.id
            """;

    private final Database database;

    Census(Database database) {
        this.database = database;
    }

    /** Whether the database answers. */
    boolean reachable() throws SQLException {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT head FROM changelog")) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    List<Count> counts() throws SQLException {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            List<Count> counts = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.add(new Count(rows.getString(1), rows.getLong(2), rows.getLong(3)));
                }
            }
            return counts;
        }
    }
}
