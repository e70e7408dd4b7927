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

    // The cast makes text of the bytes as they are.
    private static final String INSERT =
            "INSERT INTO change (seq, collection_no, entity_id, occurred_at, scope, data, operation, previous_seq, entity_no, previous_scope)"
                    + " VALUES (?1, ?2, ?3, ?4, ?5, CAST(?6 AS TEXT), ";

    /** An entity's first change, with as few parameters as can be: each costs about as much as a column. */
    private static final String INSERT_FIRST = INSERT + Operation.CREATED.code() + ", 0, ?1, NULL)";

    private static final String INSERT_LATER = INSERT + "?7, ?8, ?9, ?10)";

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        try (PreparedStatement firsts = connection.prepareStatement(INSERT_FIRST);
                PreparedStatement later = connection.prepareStatement(INSERT_LATER)) {
            for (int i = 0; i < changes.size(); i++) {
                NewChange change = changes.get(i);
                long seq = first + i;
                boolean isFirst = Latest.resolved(change.entityNo(), first) == seq;
                PreparedStatement statement = isFirst ? firsts : later;
                statement.setLong(1, seq);
                statement.setInt(2, change.collection().no);
                statement.setString(3, change.entityId());
                statement.setLong(4, change.occurredAt());
                statement.setString(5, change.scope());
                statement.setBytes(6, change.data());
                if (!isFirst) {
                    statement.setInt(7, change.operation().code());
                    statement.setLong(8, Latest.resolved(change.previous(), first));
                    statement.setLong(9, Latest.resolved(change.entityNo(), first));
                    statement.setString(10, change.previousScope());
                }
                statement.addBatch();
            }
            firsts.executeBatch();
            later.executeBatch();
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
