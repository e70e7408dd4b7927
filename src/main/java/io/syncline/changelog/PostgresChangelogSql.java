package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Every statement is a journey to the server, so a page goes in few: changes by COPY, the rest as arrays. */
final class PostgresChangelogSql implements ChangelogSql {

    /** The channel of LISTEN and NOTIFY. */
    static final String CHANNEL = "syncline_changelog";

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
