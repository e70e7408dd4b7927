package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    /** Fills in what is stored of the entities of one collection. */
    void findLatest(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException;

    /** Writes changes, the first under the number {@code first} and the others after it. */
    void insertChanges(Connection connection, List<NewChange> changes, long first) throws SQLException;

    /**
     * Writes the latest state of entities: a row for each fresh one, and over the rows of the others, which nobody takes away meanwhile: appends
     * and compaction hold the integration.
     */
    void writeLatest(Connection connection, Collection<Latest> entities, long first) throws SQLException;

    /** Tells the other nodes, when the transaction commits. */
    void announce(Connection connection, String announcement) throws SQLException;

    /** One parameter that is a table of numbers with one column. */
    String numbersAsRows();

    void setNumbers(Connection connection, PreparedStatement statement, int index, List<Long> numbers)
            throws SQLException;

    static void readLatest(ResultSet rows, Map<String, Latest> entities) throws SQLException {
        while (rows.next()) {
            long version = rows.getLong(5);
            OptionalLong known = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
            entities.get(rows.getString(1))
                    .stored(
                            rows.getLong(2),
                            rows.getBytes(3),
                            rows.getString(4),
                            known,
                            rows.getBoolean(6),
                            rows.getLong(7));
        }
    }

    static void setLong(PreparedStatement statement, int index, OptionalLong value) throws SQLException {
        if (value.isPresent()) {
            statement.setLong(index, value.getAsLong());
        } else {
            statement.setNull(index, Types.BIGINT);
        }
    }
}
