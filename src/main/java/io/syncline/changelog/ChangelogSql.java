package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.OptionalLong;

/** What is said differently to the two databases, each in the way that it is fastest at. Stateless. */
interface ChangelogSql {

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
