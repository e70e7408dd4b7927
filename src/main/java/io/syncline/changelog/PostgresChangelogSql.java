package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Every statement is a journey to the server, so a page goes in few: changes by COPY, the rest as arrays. */
final class PostgresChangelogSql implements ChangelogSql {

    /** The channel of LISTEN and NOTIFY. */
    static final String CHANNEL = "syncline_changelog";

    /** With the parameters how many, time, integration, stream, job, and then those of the checkpoint. */
    private static final String SAVE_APPEND = "WITH drawn AS (" + DRAW_NUMBERS + "), noted AS ("
            + "INSERT INTO append (last_seq, at, integration_no, stream, job_id) SELECT head, ?, ?, ?, ? FROM drawn)";

    private static final String DRAWN = " SELECT head FROM drawn";

    @Override
    public String forUpdate() {
        return " FOR UPDATE";
    }

    @Override
    public void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException {
        BinaryCopy rows = BinaryCopy.into(
                connection,
                "change (seq, collection_no, entity_id, operation, previous_seq, entity_no, occurred_at, scope, previous_scope, data)");
        try (rows) {
            for (int i = 0; i < changes.size(); i++) {
                NewChange change = changes.get(i);
                rows.row(10)
                        .bigint(first + i)
                        .integer(change.collection().no)
                        .text(change.entityId())
                        .smallint(change.operation().code())
                        .bigint(Latest.resolved(change.previous(), first))
                        .bigint(Latest.resolved(change.entityNo(), first))
                        .bigint(change.occurredAt())
                        .text(change.scope())
                        .text(change.previousScope())
                        .bytes(change.data());
            }
            rows.end();
        }
    }

    /** One journey for all of it; which part of the statement is first is all the same, since the integration is held. */
    @Override
    public long saveAppend(Connection connection, AppendRow row, int changes) throws SQLException {
        boolean moves = row.checkpoint().isPresent();
        try (PreparedStatement statement = connection.prepareStatement(
                SAVE_APPEND + (moves ? ", moved AS (" + SAVE_CHECKPOINT + ")" : "") + DRAWN)) {
            statement.setInt(1, changes);
            statement.setLong(2, row.at());
            statement.setInt(3, row.integrationNo());
            statement.setString(4, row.stream());
            statement.setString(5, row.jobId().orElse(null));
            if (moves) {
                ChangelogSql.setCheckpoint(statement, 5, row);
            }
            try (ResultSet drawn = statement.executeQuery()) {
                drawn.next();
                return drawn.getLong(1);
            }
        }
    }

    @Override
    public void announce(Connection connection, String announcement) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, CHANNEL);
            statement.setString(2, announcement);
            statement.execute();
        }
    }

    @Override
    public String numbersAsRows() {
        return "(SELECT value FROM unnest(?) AS each (value))";
    }

    @Override
    public void setNumbers(Connection connection, PreparedStatement statement, int index, List<Long> numbers)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf("int8", numbers.toArray()));
    }
}
