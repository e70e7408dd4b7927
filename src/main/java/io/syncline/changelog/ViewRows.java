package io.syncline.changelog;

import io.syncline.changelog.ScopedSelect.Range;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * Reads changes by scope over one connection. What it gives includes what is asked for and may include more: a scope is looked up in an
 * index, all scopes but some are read whole.
 */
final class ViewRows {

    private static final String COLUMNS = "SELECT c.seq, c.collection_no, c.entity_id, c.operation, c.previous_seq,"
            + " c.occurred_at, c.scope, c.previous_scope, c.data";

    private final Connection connection;
    private final boolean postgresql;

    ViewRows(Connection connection, Database.Dialect dialect) {
        this.connection = connection;
        this.postgresql = dialect == Database.Dialect.POSTGRESQL;
    }

    /** A change as it is stored; {@code scope} and {@code previousScope} may be null. */
    record Row(
            long seq,
            int collection,
            String entityId,
            Operation operation,
            long previous,
            long occurredAt,
            String scope,
            String previousScope,
            Optional<byte[]> data) {}

    /** Takes rows in sequence. */
    interface Receiver {

        /**
         * Takes a row.
         *
         * @return whether it was taken; if not, nothing more is given
         */
        boolean receive(Row row);
    }

    /**
     * Changes that bring an entity into one of the scopes, keep it there or take it away.
     *
     * @return the number up to which everything was taken
     */
    long changes(Map<EntityCollection, Scopes> wanted, Range range, Receiver receiver) throws SQLException {
        return read(ScopedSelect.changes(connection, postgresql, wanted, wanted), range, receiver);
    }

    /**
     * Changes that are the newest of a living entity in one of the scopes.
     *
     * @return the number up to which everything was taken
     */
    long living(Map<EntityCollection, Scopes> wanted, Range range, Receiver receiver) throws SQLException {
        return read(ScopedSelect.living(connection, postgresql, wanted), range, receiver);
    }

    private static long read(ScopedSelect select, Range range, Receiver receiver) throws SQLException {
        if (select.isEmpty()) {
            return range.to();
        }
        try (PreparedStatement statement = select.prepare(COLUMNS, range);
                ResultSet rows = statement.executeQuery()) {
            return receive(rows, range, receiver);
        }
    }

    private static long receive(ResultSet rows, Range range, Receiver receiver) throws SQLException {
        long reached = range.after();
        int count = 0;
        while (rows.next()) {
            Row row = new Row(
                    rows.getLong(1),
                    rows.getInt(2),
                    // SQLite's driver goes a long way round for a string.
                    new String(rows.getBytes(3), StandardCharsets.UTF_8),
                    Operation.of(rows.getInt(4)),
                    rows.getLong(5),
                    rows.getLong(6),
                    rows.getString(7),
                    rows.getString(8),
                    Optional.ofNullable(rows.getBytes(9)));
            if (!receiver.receive(row)) {
                return reached;
            }
            reached = row.seq();
            count++;
        }
        return count < range.limit() ? range.to() : reached;
    }
}
