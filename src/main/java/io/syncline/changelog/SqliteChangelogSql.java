package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** In one process with the database, so a statement costs little, and many small ones bound once are fastest. */
final class SqliteChangelogSql implements ChangelogSql {

    @Override
    public String forUpdate() {
        return "";
    }

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        // The cast makes text of the bytes as they are.
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, entity_no, occurred_at, scope, previous_scope, data)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))")) {
            for (int i = 0; i < changes.size(); i++) {
                NewChange change = changes.get(i);
                statement.setLong(1, first + i);
                statement.setInt(2, change.collection().no);
                statement.setString(3, change.entityId());
                statement.setInt(4, change.operation().code());
                statement.setLong(5, Latest.resolved(change.previous(), first));
                statement.setLong(6, Latest.resolved(change.entityNo(), first));
                statement.setLong(7, change.occurredAt());
                statement.setString(8, change.scope());
                statement.setString(9, change.previousScope());
                statement.setBytes(10, change.data());
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
