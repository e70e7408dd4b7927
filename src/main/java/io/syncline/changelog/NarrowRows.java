package io.syncline.changelog;

import io.syncline.changelog.ScopedSelect.Range;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the rows of a page of a feed that selects only some scopes, for a reader whose view is what it was: by one statement, as
 * {@link FeedRows} does for a feed of whole collections. For one page.
 */
final class NarrowRows {

    /** Whose scope is what it was is told as it is stored; only of the others the scopes are fetched and judged. */
    private static final int MOVED = 4;

    /** As few as can be: SQLite's driver takes longer to fetch a value than SQLite to find it. */
    private static final String COLUMNS =
            "SELECT 8 * c.seq + c.operation + CASE WHEN c.operation = " + Operation.CREATED.code()
                    + " OR c.previous_scope IS NOT DISTINCT FROM c.scope THEN 0 ELSE " + MOVED
                    + " END, c.entity_id, c.occurred_at, c.data,"
                    // A removed change may have told that an entity went out of sight.
                    + " (SELECT CASE WHEN compacted_to > tombstone_horizon THEN compacted_to ELSE tombstone_horizon END FROM cursor_state),"
                    + " c.collection_no, c.scope, c.previous_scope";

    private final Connection connection;
    private final boolean postgresql;
    private final Feed feed;
    private final int limit;
    private final int mostBytes;
    private final List<Change> changes;
    private long bytes;
    /** As it was when rows were read last. */
    private long horizon;
    /** Whether something was left out for want of room. */
    private boolean more;

    /** @param mostBytes when the snapshots reach as many, the page ends early */
    NarrowRows(Connection connection, Database.Dialect dialect, Feed feed, int limit, int mostBytes) {
        this.connection = connection;
        this.postgresql = dialect == Database.Dialect.POSTGRESQL;
        this.feed = feed;
        this.limit = limit;
        this.mostBytes = mostBytes;
        this.changes = new ArrayList<>(Math.min(limit, 1_000));
    }

    /**
     * The number up to which there are just so many rows after another number; empty if there are fewer, or if to find it out takes long beside
     * reading them.
     */
    OptionalLong numberOf(int rows, long after, long to) throws SQLException {
        ScopedSelect select = ScopedSelect.changes(connection, postgresql, feed.moved(after), feed.left(after));
        if (!select.isOfFew()) {
            return OptionalLong.empty();
        }
        try (PreparedStatement statement = select.prepareNumber(new Range(after, to, rows - 1));
                ResultSet row = statement.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Reads the changes after one number up to another, which the heads of the feed vouch for. */
    FeedRows.Rows read(long after, long to) throws SQLException {
        Map<EntityCollection, Scopes> moved = feed.moved(after);
        ScopedSelect select = ScopedSelect.changes(connection, postgresql, moved, feed.left(after));
        if (select.isEmpty()) {
            loadHorizon();
            return new FeedRows.Rows(changes, false, horizon);
        }
        long reached = after;
        while (reached < to && !more) {
            Range range = new Range(reached, to, limit - changes.size() + 1);
            try (PreparedStatement statement = select.prepare(COLUMNS, range);
                    ResultSet rows = statement.executeQuery()) {
                reached = receive(rows, select.isExact(), only(moved), range);
            }
        }
        return new FeedRows.Rows(changes, more, horizon);
    }

    private void loadHorizon() throws SQLException {
        CursorState state = CursorState.load(connection);
        horizon = Math.max(state.horizon(), state.compactedTo());
    }

    private static Optional<EntityCollection> only(Map<EntityCollection, Scopes> moved) {
        return moved.size() == 1 ? Optional.of(moved.keySet().iterator().next()) : Optional.empty();
    }

    /** @return the number up to which everything was taken */
    private long receive(ResultSet rows, boolean exact, Optional<EntityCollection> only, Range range)
            throws SQLException {
        long reached = range.after();
        int count = 0;
        while (rows.next()) {
            if (count == 0) {
                horizon = rows.getLong(5);
            }
            long packed = rows.getLong(1);
            EntityCollection collection = only.isPresent()
                    ? only.get()
                    : feed.selected(rows.getInt(6)).orElseThrow();
            Optional<Operation> operation = Optional.of(Operation.of((int) packed & 3));
            if (!exact || (packed & MOVED) != 0) {
                Scopes seen = feed.scopes(collection.no);
                operation = Sight.told(operation.get(), rows.getString(7), rows.getString(8), seen, seen);
            }
            if (operation.isPresent() && !add(rows, packed >> 3, collection, operation.get())) {
                return reached;
            }
            reached = packed >> 3;
            count++;
        }
        if (count == 0) {
            loadHorizon();
        }
        return count < range.limit() ? range.to() : reached;
    }

    /** @return whether there was room for it */
    private boolean add(ResultSet row, long seq, EntityCollection collection, Operation operation) throws SQLException {
        if (changes.size() >= limit || bytes > mostBytes) {
            more = true;
            return false;
        }
        byte[] data = operation == Operation.DELETED ? null : row.getBytes(4);
        bytes += data == null ? 0 : data.length;
        changes.add(new Change(
                seq,
                collection.integrationId,
                collection.entityType,
                // SQLite's driver goes a long way round for a string.
                new String(row.getBytes(2), StandardCharsets.UTF_8),
                operation,
                row.getLong(3),
                Optional.ofNullable(data)));
        return true;
    }
}
