package io.syncline.changelog;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes in entities at their freshest, of those that were asked for by their changes. For use by one thread. */
final class CurrentRows {

    /** It ends early when the snapshots reach this many bytes, so that large ones do not fill the memory. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    /** A version and an operation are fetched as one number, with whether there is a scope in its lowest bit and the operation above it. */
    private static final int LOW_BITS = 3;

    private static final int SCOPED = 1;
    private static final int OPERATION = 0b11;

    private final View view;
    private final Map<Integer, EntityCollection> collections;
    private final long[] asked;
    private final boolean[] seen;
    private final List<Current> found;
    private long bytes;
    private boolean complete = true;
    /** The collection of the row before, in which most of the next ones are too; null before the first, or for one that is not selected. */
    private EntityCollection collection;

    private int collectionNo;
    private Scopes scopes = Scopes.NONE;

    /**
     * @param collections those that are selected, by number
     * @param asked in ascending order
     */
    CurrentRows(View view, Map<Integer, EntityCollection> collections, long[] asked) {
        this.view = view;
        this.collections = collections;
        this.asked = asked;
        this.seen = new boolean[asked.length];
        this.found = new ArrayList<>(asked.length);
    }

    /** Those that no row has told of yet. */
    long[] notFound() {
        long[] rest = new long[asked.length];
        int count = 0;
        for (int at = 0; at < asked.length; at++) {
            if (!seen[at]) {
                rest[count++] = asked[at];
            }
        }
        return Arrays.copyOf(rest, count);
    }

    boolean hasRoom() {
        return complete;
    }

    /**
     * Reads rows of newest version and operation, first version, collection, id, scope, snapshot and version asked for. What is not selected is
     * passed over.
     */
    void read(PreparedStatement statement) throws SQLException {
        read(statement, false);
    }

    /** The same without the last column: what was asked for is the newest. Rows that were not asked for are passed over. */
    void readThemselves(PreparedStatement statement) throws SQLException {
        read(statement, true);
    }

    private void read(PreparedStatement statement, boolean themselves) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (bytes > MOST_BYTES) {
                    complete = false;
                    return;
                }
                long newest = rows.getLong(1);
                long version = themselves ? newest >> LOW_BITS : rows.getLong(7);
                int at = Arrays.binarySearch(asked, version);
                if (at >= 0) {
                    seen[at] = true;
                    select(rows.getInt(3));
                    if (collection != null) {
                        found.add(current(rows, newest, version));
                    }
                }
            }
        }
    }

    private void select(int number) {
        if (number != collectionNo) {
            collectionNo = number;
            collection = collections.get(number);
            scopes = collection == null ? Scopes.NONE : view.scopes(collection);
        }
    }

    private Current current(ResultSet rows, long newest, long version) throws SQLException {
        // SQLite's driver goes a long way round for a string.
        String scope = (newest & SCOPED) == 0 ? null : new String(rows.getBytes(5), StandardCharsets.UTF_8);
        Optional<byte[]> data = scopes.contains(scope) ? Optional.ofNullable(rows.getBytes(6)) : Optional.empty();
        bytes += data.map(snapshot -> snapshot.length).orElse(0);
        return new Current(
                version,
                new Revision(
                        newest >> LOW_BITS,
                        collectionNo,
                        collection.integrationId,
                        collection.entityType,
                        new String(rows.getBytes(4), StandardCharsets.UTF_8),
                        Operation.of((int) (newest >> 1) & OPERATION) == Operation.DELETED,
                        Optional.ofNullable(scope),
                        rows.getLong(2),
                        true),
                data);
    }

    /** Sorted here and not by the database, which would carry the data through its sorter; it gives them mostly in order anyway. */
    CurrentStates inOrder() {
        found.sort(Comparator.comparingLong(Current::asked));
        return new CurrentStates(found, complete);
    }
}
