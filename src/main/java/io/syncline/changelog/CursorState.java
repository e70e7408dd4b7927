package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What all cursors share.
 *
 * @param generation a changelog that was restored from a backup begins a new one
 * @param compactedTo up to here, what newer changes supersede has been removed
 * @param horizon the newest tombstone that has been removed
 */
record CursorState(long generation, long compactedTo, long horizon) {

    static CursorState load(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT generation, compacted_to, tombstone_horizon FROM cursor_state");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new CursorState(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /** What is further on in either: none of it ever goes back. */
    CursorState orLater(CursorState other) {
        return new CursorState(
                Math.max(generation, other.generation),
                Math.max(compactedTo, other.compactedTo),
                Math.max(horizon, other.horizon));
    }
}
