package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The latest state of every entity. An entity's number is that of its first change ever: under it its row is kept, and changes point to it. To be
 * used with a connection of {@link Database#writer()} that the caller holds.
 */
interface Entities {

    /** An entity to be removed: its number and the number of its newest change, a delete. */
    record Tombstone(long seq, long entityNo, int collectionNo, String entityId) {}

    static Entities of(Database.Dialect dialect) {
        return switch (dialect) {
            case SQLITE -> new SqliteEntities();
            case POSTGRESQL -> new PostgresEntities();
        };
    }

    /** Makes ready for {@link #find}. To be called when a connection was taken, before a transaction is begun: it may commit what is its own. */
    void prepare(Connection connection) throws SQLException;

    /** Fills in what is stored of the entities of one collection, by their ids. */
    void find(Connection connection, EntityCollection collection, Map<String, Latest> entities) throws SQLException;

    /**
     * Writes the latest state of entities: a row for each fresh one, and over the rows of the others, which nobody takes away meanwhile: appends
     * and compaction hold the integration.
     *
     * @param first the number of the page's first change
     */
    void write(Connection connection, Collection<Latest> entities, long first) throws SQLException;

    /** The transaction of the last {@link #write} is committed, and its connection is held still. */
    void committed();

    /**
     * Removes entities whose newest change is still the tombstone; one that was created anew keeps its row.
     *
     * @return which of them are removed
     */
    default List<Tombstone> remove(Connection connection, List<Tombstone> tombstones) throws SQLException {
        List<Tombstone> removed = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM entity WHERE first_seq = ? AND seq = ?")) {
            for (Tombstone tombstone : tombstones) {
                statement.setLong(1, tombstone.entityNo());
                statement.setLong(2, tombstone.seq());
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] == 1) {
                    removed.add(tombstones.get(i));
                }
            }
        }
        return removed;
    }

    /** Takes over rows of: id, number of the newest change, digest, scope, version, whether partial, number. */
    static void read(ResultSet rows, Map<String, Latest> entities) throws SQLException {
        while (rows.next()) {
            // A row of another id, for which this one was looked up in vain, is passed over.
            Latest entity = entities.get(rows.getString(1));
            if (entity != null) {
                long version = rows.getLong(5);
                OptionalLong known = rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
                entity.stored(
                        rows.getLong(2),
                        rows.getBytes(3),
                        rows.getString(4),
                        known,
                        rows.getBoolean(6),
                        rows.getLong(7));
            }
        }
    }
}
