package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads the living entities of a collection that have come into sight all at once, on SQLite. Those in a row that have not changed since they came are told of as one
 * run: SQLite counts rows in a quarter of the time that the driver takes to hand them over one by one. For one reading by one thread.
 */
final class LivingRuns {

    private static final String ROWS = "SELECT seq, first_seq FROM entity"
            + " WHERE collection_no = ? AND digest IS NOT NULL AND seq <= ? AND first_seq > ? ORDER BY first_seq";
    /** The plus keeps it from going by the index of collections to every row by itself. */
    private static final String COUNT = "SELECT count(*) FROM entity WHERE first_seq BETWEEN ? AND ?"
            + " AND +collection_no = ? AND digest IS NOT NULL AND seq = first_seq";

    private static final int SHORTEST = 256;
    private static final int LONGEST = 8 * 1024;
    /** As many rows in a row make it likely that more follow. */
    private static final int STREAK = 64;

    private final int collection;
    private final long to;
    private final Newest.Receiver receiver;
    /** All that first came up to there has been read. */
    private long after;

    /** @param to what has changed after it is left out */
    LivingRuns(int collection, long to, Newest.Receiver receiver) {
        this.collection = collection;
        this.to = to;
        this.receiver = receiver;
    }

    void read(Connection connection) throws SQLException {
        try (PreparedStatement rows = connection.prepareStatement(ROWS);
                PreparedStatement count = connection.prepareStatement(COUNT)) {
            int oneByOne = 0;
            while (readRows(rows, oneByOne)) {
                oneByOne = SHORTEST;
                int length = SHORTEST;
                while (length >= SHORTEST) {
                    if (isRun(count, length)) {
                        receiver.receiveRun(collection, after + 1, after + length);
                        after += length;
                        length = Math.min(2 * length, LONGEST);
                    } else {
                        length /= 2;
                    }
                }
            }
        }
    }

    /**
     * Reads one by one, a few at least, until many follow each other.
     *
     * @return whether it has ended for that; else all is read
     */
    private boolean readRows(PreparedStatement statement, int atLeast) throws SQLException {
        statement.setInt(1, collection);
        statement.setLong(2, to);
        statement.setLong(3, after);
        int read = 0;
        int streak = 0;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                long seq = rows.getLong(1);
                long first = rows.getLong(2);
                receiver.receive(collection, new Newest(seq, first, false, 0, false, false, true));
                read++;
                streak = seq == first && first == after + 1 ? streak + 1 : 0;
                after = first;
                if (streak >= STREAK && read >= atLeast) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the next numbers are all of entities that have not changed since they came. */
    private boolean isRun(PreparedStatement statement, int length) throws SQLException {
        if (after + length > to) {
            return false;
        }
        statement.setLong(1, after + 1);
        statement.setLong(2, after + length);
        statement.setInt(3, collection);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getLong(1) == length;
        }
    }
}
