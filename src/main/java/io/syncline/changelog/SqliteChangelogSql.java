package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** In one process with the database, so a statement costs little, and many small ones bound once are fastest. */
final class SqliteChangelogSql implements ChangelogSql {

    @Override
    public String forUpdate() {
        return "";
    }

    @Override
    public void findLatest(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT entity_id, seq, digest, scope, version, partial, first_seq FROM json_each(?)"
                        + " CROSS JOIN entity ON collection_no = ? AND entity_id = value")) {
            statement.setString(1, JsonTexts.array(new TreeSet<>(entities.keySet())));
            statement.setInt(2, collection.no);
            try (ResultSet rows = statement.executeQuery()) {
                ChangelogSql.readLatest(rows, entities);
            }
        }
    }

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        // The cast makes text of the bytes as they are.
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, scope, previous_scope, data)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))")) {
            for (int i = 0; i < changes.size(); i++) {
                NewChange change = changes.get(i);
                statement.setLong(1, first + i);
                statement.setInt(2, change.collection().no);
                statement.setString(3, change.entityId());
                statement.setInt(4, change.operation().code());
                statement.setLong(5, Latest.resolved(change.previous(), first));
                statement.setLong(6, change.occurredAt());
                statement.setString(7, change.scope());
                statement.setString(8, change.previousScope());
                statement.setBytes(9, change.data());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public void writeLatest(Connection connection, Collection<Latest> entities, long first) throws SQLException {
        // In the table's order, so that neighbours share their page of the tree.
        List<Latest> ordered = new ArrayList<>(entities);
        ordered.sort(
                Comparator.comparing((Latest entity) -> entity.collection.no).thenComparing(entity -> entity.entityId));
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO entity (collection_no, entity_id, seq, digest, scope, version, partial, first_seq)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection_no, entity_id) DO UPDATE SET seq = excluded.seq, digest = excluded.digest,"
                        + " scope = excluded.scope, version = excluded.version, partial = excluded.partial")) {
            for (Latest entity : ordered) {
                statement.setInt(1, entity.collection.no);
                statement.setString(2, entity.entityId);
                statement.setLong(3, Latest.resolved(entity.seq(), first));
                statement.setBytes(4, entity.digest());
                statement.setString(5, entity.scope());
                ChangelogSql.setLong(statement, 6, entity.version());
                statement.setBoolean(7, entity.partial());
                statement.setLong(8, Latest.resolved(entity.first(), first));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public void announce(Connection connection, String announcement) {
        // There is no other node.
    }

    @Override
    public String numbersAsRows() {
        return "(SELECT value FROM json_each(?))";
    }

    @Override
    public void setNumbers(Connection connection, PreparedStatement statement, int index, List<Long> numbers)
            throws SQLException {
        statement.setString(index, numbers.toString());
    }
}
