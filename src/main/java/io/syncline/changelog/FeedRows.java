package io.syncline.changelog;

import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads the rows of a feed's page over one connection. */
final class FeedRows {

    /** Of as many ordered reads SQLite makes one statement; beyond, it reads the whole changelog and filters. */
    private static final int MOST_MERGED = 200;

    /** As few as can be: SQLite's driver takes longer to fetch a number than SQLite to find it. */
    private static final String OF_ONE =
            "SELECT 4 * c.seq + c.operation, c.entity_id, c.occurred_at, c.data, (SELECT tombstone_horizon FROM cursor_state)";

    private static final String FROM = " FROM change c";
    private static final String OF_SEVERAL = OF_ONE + ", c.collection_no" + FROM;

    private final Connection connection;
    private final Database.Dialect dialect;

    FeedRows(Connection connection, Database.Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /**
     * @param hasMore whether there is a change after these
     * @param horizon the newest removed tombstone, as it was when the rows were read
     */
    record Rows(List<Change> changes, boolean hasMore, long horizon) {

        /** Whether there are as many as were asked for, and more after them. */
        boolean isFull(int limit) {
            return hasMore && changes.size() == limit;
        }

        /** These, and those that follow them. */
        Rows and(Rows next) {
            List<Change> both = new ArrayList<>(changes.size() + next.changes.size());
            both.addAll(changes);
            both.addAll(next.changes);
            return new Rows(both, next.hasMore, Math.max(horizon, next.horizon));
        }

        /** Bytes of the snapshots. */
        long bytes() {
            return changes.stream()
                    .mapToLong(change -> change.data().map(data -> data.length).orElse(0))
                    .sum();
        }

        /** The number of the last change; 0 if there is none. */
        long last() {
            return changes.isEmpty() ? 0 : changes.get(changes.size() - 1).sequenceVersion();
        }
    }

    /**
     * Reads the changes after one number up to another.
     *
     * @param to what the heads of the feed's collections vouch for: beyond, a collection that did not move by them may have moved
     * @param mostBytes when the snapshots reach as many, the page ends early
     */
    Rows read(Feed feed, long after, long to, int limit, int mostBytes) throws SQLException {
        List<EntityCollection> moved =
                feed.collections.stream().filter(one -> one.head() > after).toList();
        try (PreparedStatement statement = prepare(feed, moved, new Range(after, to, limit + 1));
                ResultSet rows = statement.executeQuery()) {
            return collect(feed, moved, rows, limit, mostBytes);
        }
    }

    private PreparedStatement prepare(Feed feed, List<EntityCollection> moved, Range range) throws SQLException {
        if (moved.size() == 1) {
            return ranges(
                    OF_ONE + FROM + " WHERE c.collection_no = ? AND c.seq > ? AND c.seq <= ? ORDER BY c.seq LIMIT ?",
                    moved,
                    range);
        }
        if (feed.all || (dialect == Database.Dialect.SQLITE && moved.size() > MOST_MERGED)) {
            String filter = feed.all ? "" : " AND c.collection_no IN (" + numbers(moved) + ")";
            PreparedStatement statement = connection.prepareStatement(
                    OF_SEVERAL + " WHERE c.seq > ? AND c.seq <= ?" + filter + " ORDER BY c.seq LIMIT ?");
            range.set(statement, 1);
            return statement;
        }
        return dialect == Database.Dialect.SQLITE ? unionOf(moved, range) : lateral(moved, range);
    }

    /** Each collection's next numbers from its index alone, merged, and only then the rows of the first of them. */
    private PreparedStatement unionOf(List<EntityCollection> moved, Range range) throws SQLException {
        String one =
                "SELECT * FROM (SELECT seq FROM change WHERE collection_no = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?)";
        String union = String.join(" UNION ALL ", Collections.nCopies(moved.size(), one));
        return ranges(
                OF_SEVERAL + " WHERE c.seq IN (SELECT seq FROM (" + union + ") ORDER BY seq LIMIT " + range.limit()
                        + ") ORDER BY c.seq",
                moved,
                range);
    }

    private PreparedStatement lateral(List<EntityCollection> moved, Range range) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(OF_SEVERAL + " JOIN (SELECT n.seq FROM unnest(?) AS one (no)"
                        + " CROSS JOIN LATERAL (SELECT seq FROM change WHERE collection_no = one.no AND seq > ? AND seq <= ?"
                        + " ORDER BY seq LIMIT ?) n"
                        + " ORDER BY n.seq LIMIT ?) next ON next.seq = c.seq ORDER BY c.seq");
        statement.setArray(
                1,
                connection.createArrayOf(
                        "int4", moved.stream().map(one -> one.no).toArray()));
        statement.setInt(range.set(statement, 2), range.limit());
        return statement;
    }

    private PreparedStatement ranges(String sql, List<EntityCollection> collections, Range range) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        int index = 1;
        for (EntityCollection collection : collections) {
            statement.setInt(index, collection.no);
            index = range.set(statement, index + 1);
        }
        return statement;
    }

    private record Range(long after, long to, int limit) {

        /** @return the index of the next parameter */
        int set(PreparedStatement statement, int index) throws SQLException {
            statement.setLong(index, after);
            statement.setLong(index + 1, to);
            statement.setInt(index + 2, limit);
            return index + 3;
        }
    }

    private static String numbers(List<EntityCollection> collections) {
        return String.join(
                ",", collections.stream().map(one -> Integer.toString(one.no)).toList());
    }

    private Rows collect(Feed feed, List<EntityCollection> moved, ResultSet rows, int limit, int mostBytes)
            throws SQLException {
        List<Change> changes = new ArrayList<>(Math.min(limit, 1_000));
        long horizon = 0;
        long bytes = 0;
        Optional<EntityCollection> only = moved.size() == 1 ? Optional.of(moved.get(0)) : Optional.empty();
        while (rows.next()) {
            if (changes.size() == limit || bytes > mostBytes) {
                return new Rows(changes, true, horizon);
            }
            EntityCollection collection = only.isPresent()
                    ? only.get()
                    : feed.selected(rows.getInt(6)).orElseThrow();
            if (changes.isEmpty()) {
                horizon = rows.getLong(5);
            }
            long seqAndOperation = rows.getLong(1);
            byte[] data = rows.getBytes(4);
            bytes += data == null ? 0 : data.length;
            changes.add(new Change(
                    seqAndOperation >> 2,
                    collection.integrationId,
                    collection.entityType,
                    // SQLite's driver goes a long way round for a string.
                    new String(rows.getBytes(2), StandardCharsets.UTF_8),
                    Operation.of((int) seqAndOperation & 3),
                    rows.getLong(3),
                    Optional.ofNullable(data)));
        }
        return new Rows(
                changes, false, changes.isEmpty() ? CursorState.load(connection).horizon() : horizon);
    }
}
