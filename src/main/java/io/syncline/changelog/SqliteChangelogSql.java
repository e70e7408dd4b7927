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

    private static final String INSERT =
            "INSERT OR FAIL INTO change (seq, collection_no, entity_id, occurred_at, scope, data, operation, previous_seq, entity_no, previous_scope)";

    // The cast makes text of the bytes as they are.
    private static final String VALUES = "(?1, ?2, ?3, ?4, ?5, CAST(?6 AS TEXT), ";

    /** An entity's first change, with as few parameters as can be: each costs about as much as a column. */
    private static final SqliteInsert INSERT_FIRST =
            new SqliteInsert(INSERT, VALUES + Operation.CREATED.code() + ", 0, ?1, NULL)");

    private static final SqliteInsert INSERT_LATER = new SqliteInsert(INSERT, VALUES + "?7, ?8, ?9, ?10)");

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        int[] firsts = new int[changes.size()];
        int[] later = new int[changes.size()];
        int firstCount = 0;
        int laterCount = 0;
        for (int i = 0; i < changes.size(); i++) {
            if (Latest.resolved(changes.get(i).entityNo(), first) == first + i) {
                firsts[firstCount++] = i;
            } else {
                later[laterCount++] = i;
            }
        }
        INSERT_FIRST.rows(
                connection,
                firstCount,
                (statement, before, row) -> set(statement, before, first + firsts[row], changes.get(firsts[row])));
        INSERT_LATER.rows(connection, laterCount, (statement, before, row) -> {
            NewChange change = changes.get(later[row]);
            set(statement, before, first + later[row], change);
            statement.setInt(before + 7, change.operation().code());
            statement.setLong(before + 8, Latest.resolved(change.previous(), first));
            statement.setLong(before + 9, Latest.resolved(change.entityNo(), first));
            statement.setString(before + 10, change.previousScope());
        });
    }

    private static void set(PreparedStatement statement, int before, long seq, NewChange change) throws SQLException {
        statement.setLong(before + 1, seq);
        statement.setInt(before + 2, change.collection().no);
        statement.setString(before + 3, change.entityId());
        statement.setLong(before + 4, change.occurredAt());
        statement.setString(before + 5, change.scope());
        statement.setBytes(before + 6, change.data());
    }

    @Override
    public long saveAppend(Connection connection, AppendRow row, int changes) throws SQLException {
        if (row.checkpoint().isPresent()) {
            saveCheckpoint(connection, row);
        }
        long head = ChangelogSql.drawNumbers(connection, changes);
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO append (last_seq, at, integration_no, stream, job_id) VALUES (?, ?, ?, ?, ?)")) {
            statement.setLong(1, head);
            statement.setLong(2, row.at());
            statement.setInt(3, row.integrationNo());
            statement.setString(4, row.stream());
            statement.setString(5, row.jobId().orElse(null));
            statement.executeUpdate();
        }
        return head;
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
