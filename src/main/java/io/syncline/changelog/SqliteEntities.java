package io.syncline.changelog;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * On SQLite a page of a tree that changes is written whole, so rows are put where they touch few pages: an entity's under its number, the newest
 * at the end. The way from an id to the number is a tree in the order of a hash, which lags behind: it gets the newest entities many at a time,
 * sorted, and until then they are found in memory, at most so many. What is in memory stands in the rows as well and is read from them at first
 * use, or whenever there are rows that it does not know; so it need not be told of a commit that failed or is uncertain. A hash is only a hint: whether
 * a row is the right one its id tells.
 *
 * <p>Guarded by the one writing connection.
 */
final class SqliteEntities implements Entities {

    /** Eight megabytes when full. */
    private static final int MOST_RECENT = 1 << 18;

    private static final int FEWEST_IN_A_ROW = 2;

    private static final SqliteInsert INSERT = new SqliteInsert(
            "INSERT OR FAIL INTO entity (first_seq, collection_no, entity_id, seq, digest, scope, version, partial)",
            "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private static final SqliteInsert INDEX =
            new SqliteInsert("INSERT OR IGNORE INTO entity_by_hash (id_hash, first_seq)", "(?1, ?2)");

    private static final String ASKED =
            "SELECT e.entity_id, e.seq, e.digest, e.scope, e.version, e.partial, e.first_seq FROM json_each(?) AS asked";

    private static final String IN_A_ROW =
            "SELECT e.entity_id, e.seq, e.digest, e.scope, e.version, e.partial, e.first_seq FROM entity e"
                    + " WHERE e.first_seq BETWEEN ? AND ? AND e.collection_no = ?";

    private static final String NUMBERED =
            ASKED + " CROSS JOIN entity e ON e.first_seq = asked.value WHERE e.collection_no = ?";

    private static final String HASHED = ASKED + " CROSS JOIN entity_by_hash h ON h.id_hash = asked.value"
            + " CROSS JOIN entity e ON e.first_seq = h.first_seq WHERE e.collection_no = ?";

    /** From an id to where it is looked for. Kept in the database, so it stays what it is. */
    interface Hash {
        long of(int collectionNo, String entityId);
    }

    private final int mostRecent;
    private final Hash hash;
    private final RecentNumbers recent = new RecentNumbers();

    /** The number after the last entities that were found in a collection, where those stood in a row. */
    private final Map<EntityCollection, Long> next = new HashMap<>();

    /** The fresh entities of the last write. */
    private List<Latest> written = List.of();

    private long writtenFirst;

    /** Up to this number every entity is in the tree. */
    private long indexedTo;

    /** Up to this number every entity is in the tree or in memory; below 0 when nothing is known. */
    private long knownTo = -1;

    SqliteEntities() {
        this(MOST_RECENT, SqliteEntities::spread);
    }

    /** @param mostRecent how many entities are found in memory before they go into the tree */
    SqliteEntities(int mostRecent, Hash hash) {
        this.mostRecent = mostRecent;
        this.hash = hash;
    }

    /** FNV-1a, its bits mixed once more at the end, as the places in memory are told by the lowest. */
    private static long spread(int collectionNo, String entityId) {
        long hash = (0xcbf29ce484222325L ^ collectionNo) * 0x100000001b3L;
        for (int i = 0; i < entityId.length(); i++) {
            hash = (hash ^ entityId.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        written = List.of();
        if (knownTo < 0) {
            recent.clear();
            indexedTo = number(connection, "SELECT indexed_to FROM entity_index");
            knownTo = indexedTo;
        }
        long last = number(connection, "SELECT max(first_seq) FROM entity");
        while (true) {
            if (recent.size() >= mostRecent) {
                index(connection);
            }
            if (knownTo >= last) {
                return;
            }
            readOn(connection);
        }
    }

    private void readOn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT first_seq, collection_no, entity_id FROM entity WHERE first_seq > ? ORDER BY first_seq LIMIT ?")) {
            statement.setLong(1, knownTo);
            statement.setInt(2, mostRecent - recent.size());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    recent.add(hash.of(rows.getInt(2), rows.getString(3)), rows.getLong(1));
                    knownTo = rows.getLong(1);
                }
            }
        }
    }

    /** Puts what is in memory into the tree. */
    private void index(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement update = connection.prepareStatement("UPDATE entity_index SET indexed_to = ?")) {
            List<long[]> rows = new ArrayList<>(recent.size());
            for (long one : recent.sortedHashes()) {
                recent.find(one, number -> rows.add(new long[] {one, number}));
            }
            INDEX.rows(connection, rows.size(), (statement, before, row) -> {
                statement.setLong(before + 1, rows.get(row)[0]);
                statement.setLong(before + 2, rows.get(row)[1]);
            });
            update.setLong(1, knownTo);
            update.executeUpdate();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        recent.clear();
        indexedTo = knownTo;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void find(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        readOnInARow(connection, collection, entities);
        LongStream.Builder numbers = LongStream.builder();
        for (Latest entity : entities.values()) {
            if (entity.first() == 0) {
                recent.find(hash.of(collection.no, entity.entityId), numbers);
            }
        }
        read(connection, NUMBERED, numbers.build().toArray(), collection, entities);
        if (isInTree(connection, collection)) {
            long[] hashes = new long[entities.size()];
            int count = 0;
            for (Latest entity : entities.values()) {
                if (entity.first() == 0) {
                    hashes[count++] = hash.of(collection.no, entity.entityId);
                }
            }
            read(connection, HASHED, Arrays.copyOf(hashes, count), collection, entities);
        }
        noteWhatIsNext(collection, entities);
    }

    /** Whether the tree leads to anything of the collection: while an integration is pulled for the first time, it does not for long. */
    private boolean isInTree(Connection connection, EntityCollection collection) throws SQLException {
        if (indexedTo == 0) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM entity WHERE collection_no = ? AND first_seq <= ?)")) {
            statement.setInt(1, collection.no);
            statement.setLong(2, indexedTo);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * Upstreams list in the same order as the time before, so where the last entities stood in a row, the next ones likely stand behind them. Reading
     * a row of them takes a third of what it takes to find each.
     */
    private void readOnInARow(Connection connection, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        Long from = next.get(collection);
        if (from == null) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(IN_A_ROW)) {
            statement.setLong(1, from);
            statement.setLong(2, from + entities.size() - 1);
            statement.setInt(3, collection.no);
            try (ResultSet rows = statement.executeQuery()) {
                read(rows, entities);
            }
        }
    }

    private void noteWhatIsNext(EntityCollection collection, Map<String, Latest> entities) {
        long first = Long.MAX_VALUE;
        long last = 0;
        int found = 0;
        for (Latest entity : entities.values()) {
            if (entity.first() > 0) {
                first = Math.min(first, entity.first());
                last = Math.max(last, entity.first());
                found++;
            }
        }
        if (found >= FEWEST_IN_A_ROW && last - first < 2L * found) {
            next.put(collection, last + 1);
        } else {
            next.remove(collection);
        }
    }

    private static void read(
            Connection connection, String sql, long[] asked, EntityCollection collection, Map<String, Latest> entities)
            throws SQLException {
        if (asked.length == 0) {
            return;
        }
        // In the tree's order, so that neighbours are met together.
        Arrays.sort(asked);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, JsonArrays.numbers(asked, 0, asked.length));
            statement.setInt(2, collection.no);
            try (ResultSet rows = statement.executeQuery()) {
                read(rows, entities);
            }
        }
    }

    /** As {@link Entities#read}; the driver takes several times as long to give a text as to give its bytes. */
    private static void read(ResultSet rows, Map<String, Latest> entities) throws SQLException {
        while (rows.next()) {
            Latest entity = entities.get(text(rows.getBytes(1)));
            if (entity != null) {
                long version = rows.getLong(5);
                entity.stored(
                        rows.getLong(2),
                        rows.getBytes(3),
                        text(rows.getBytes(4)),
                        version == 0 && rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(version),
                        rows.getBoolean(6),
                        rows.getLong(7));
            }
        }
    }

    private static String text(byte[] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public void write(Connection connection, Collection<Latest> entities, long first) throws SQLException {
        List<Latest> fresh = new ArrayList<>();
        List<Latest> known = new ArrayList<>();
        entities.forEach(entity -> (entity.fresh() ? fresh : known).add(entity));
        Comparator<Latest> byNumber = Comparator.comparingLong(entity -> Latest.resolved(entity.first(), first));
        if (!fresh.isEmpty()) {
            fresh.sort(byNumber);
            insert(connection, fresh, first);
            written = fresh;
            writtenFirst = first;
        }
        if (!known.isEmpty()) {
            known.sort(byNumber);
            update(connection, known, first);
        }
    }

    private static void insert(Connection connection, List<Latest> entities, long first) throws SQLException {
        INSERT.rows(connection, entities.size(), (statement, before, row) -> {
            Latest entity = entities.get(row);
            statement.setLong(before + 1, Latest.resolved(entity.first(), first));
            statement.setInt(before + 2, entity.collection.no);
            statement.setString(before + 3, entity.entityId);
            statement.setLong(before + 4, Latest.resolved(entity.seq(), first));
            statement.setBytes(before + 5, entity.digest());
            statement.setString(before + 6, entity.scope());
            ChangelogSql.setLong(statement, before + 7, entity.version());
            statement.setBoolean(before + 8, entity.partial());
        });
    }

    private static void update(Connection connection, List<Latest> entities, long first) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE entity SET seq = ?, digest = ?, scope = ?, version = ?, partial = ? WHERE first_seq = ?")) {
            for (Latest entity : entities) {
                statement.setLong(1, Latest.resolved(entity.seq(), first));
                statement.setBytes(2, entity.digest());
                statement.setString(3, entity.scope());
                ChangelogSql.setLong(statement, 4, entity.version());
                statement.setBoolean(5, entity.partial());
                statement.setLong(6, entity.first());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public void committed() {
        for (Latest entity : written) {
            knownTo = Latest.resolved(entity.first(), writtenFirst);
            recent.add(hash.of(entity.collection.no, entity.entityId), knownTo);
        }
        written = List.of();
    }

    @Override
    public List<Tombstone> remove(Connection connection, List<Tombstone> tombstones) throws SQLException {
        List<Tombstone> removed = Entities.super.remove(connection, tombstones);
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM entity_by_hash WHERE id_hash = ? AND first_seq = ?")) {
            for (Tombstone tombstone : removed) {
                if (tombstone.entityNo() > indexedTo) {
                    // In memory, which is read anew once it is sure that they are gone.
                    knownTo = -1;
                }
                statement.setLong(1, hash.of(tombstone.collectionNo(), tombstone.entityId()));
                statement.setLong(2, tombstone.entityNo());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return removed;
    }
}
