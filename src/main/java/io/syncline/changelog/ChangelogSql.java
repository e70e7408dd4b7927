package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.OptionalLong;

/** What is said differently to the two databases, each in the way that it is fastest at. Stateless. */
interface ChangelogSql {

    /** With the parameters integration, stream, checkpoint, time. */
    String SAVE_CHECKPOINT = "INSERT INTO checkpoint (integration_no, stream, value, updated_at) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (integration_no, stream) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
            + " WHERE checkpoint.value <> excluded.value";

    /** With one parameter, how many. */
    String DRAW_NUMBERS = "UPDATE changelog SET head = head + ? WHERE one = 1 RETURNING head";

    static ChangelogSql of(Database.Dialect dialect) {
        return switch (dialect) {
            case SQLITE -> new SqliteChangelogSql();
            case POSTGRESQL -> new PostgresChangelogSql();
        };
    }

    /** What to add to a SELECT so that the rows are held until the transaction ends. */
    String forUpdate();

    /** Writes changes, the first under the number {@code first} and the others after it. */
    void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException;

    /** Saves where a stream stands. An unchanged checkpoint is not written, so that an idle pull costs the disk nothing. */
    default void saveCheckpoint(Connection connection, AppendRow row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SAVE_CHECKPOINT)) {
            setCheckpoint(statement, 0, row);
            statement.executeUpdate();
        }
    }

    /**
     * Draws the numbers of an append that has changes, and saves what it notes of itself, its checkpoint among it. From then on no other append draws any until
     * the transaction ends.
     *
     * @return the last of the numbers
     */
    long saveAppend(Connection connection, AppendRow row, int changes) throws SQLException;

    /**
     * Draws the next numbers of the changelog; nobody else draws any until the transaction ends.
     *
     * @return the last of them
     */
    static long drawNumbers(Connection connection, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DRAW_NUMBERS)) {
            statement.setInt(1, count);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Sets the parameters of {@link #SAVE_CHECKPOINT}, the first of which comes after {@code before} others. */
    static void setCheckpoint(PreparedStatement statement, int before, AppendRow row) throws SQLException {
        statement.setInt(before + 1, row.integrationNo());
        statement.setString(before + 2, row.stream());
        statement.setString(before + 3, row.checkpoint().orElseThrow());
        statement.setLong(before + 4, row.at());
    }

    /** Tells the other nodes, when the transaction commits. */
    void announce(Connection connection, String announcement) throws SQLException;

    /** One parameter that is a table of numbers with one column. */
    String numbersAsRows();

    void setNumbers(Connection connection, PreparedStatement statement, int index, List<Long> numbers)
            throws SQLException;

    static void setLong(PreparedStatement statement, int index, OptionalLong value) throws SQLException {
        if (value.isPresent()) {
            statement.setLong(index, value.getAsLong());
        } else {
            statement.setNull(index, Types.BIGINT);
        }
    }
}
