package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the changelog entity by entity, for readers that keep their own books of what they have seen instead of a cursor. Safe for use by many
 * threads.
 */
public final class EntityReads {

    /** Sequence versions asked for in one statement. */
    private static final int BATCH = 1_000;
    /** Rows that a driver fetches at a time where it would else fetch all. */
    private static final int FETCH = 5_000;

    /** All of a collection, where no scope makes a difference. */
    private static final String LIVING =
            "SELECT seq, first_seq FROM entity WHERE collection_no = ? AND digest IS NOT NULL AND seq <= ?";

    private static final String LIVING_WITH_SCOPE =
            "SELECT seq, first_seq, scope FROM entity WHERE collection_no = ? AND digest IS NOT NULL AND seq <= ?";
    /** By the index of changes by scope: what is in other scopes costs nothing. */
    private static final String LIVING_IN_SCOPE = "SELECT e.seq, e.first_seq, e.scope FROM change c"
            + " JOIN entity e ON e.first_seq = c.entity_no AND e.seq = c.seq"
            + " WHERE c.collection_no = ? AND c.seq <= ? AND c.scope = ? AND e.digest IS NOT NULL";

    /** As few columns as can be: the driver takes longer to fetch a number than SQLite to find it. */
    private static final String CURRENT =
            "SELECT 8 * c.seq + 2 * c.operation + CASE WHEN c.scope IS NULL THEN 0 ELSE 1 END,"
                    + " c.entity_no, c.collection_no, c.entity_id, c.scope, c.data";

    private static final String IN_RANGE = CURRENT + " FROM change c WHERE c.seq BETWEEN ? AND ? ORDER BY c.seq";
    /** Those in a range that are the newest of their entity. */
    private static final String NEWEST_IN_RANGE = CURRENT
            + " FROM change c CROSS JOIN entity e WHERE c.seq BETWEEN ? AND ? AND e.first_seq = c.entity_no AND e.seq = c.seq"
            + " ORDER BY c.seq";

    private final Database database;
    private final Heads heads;
    private final boolean postgresql;
    /** For the query that came last, which comes some times in a row. Null before the first. */
    private volatile Asked asked;

    /** @param version of {@link Heads.Known} */
    private record Asked(int version, FeedQuery query, Map<Integer, EntityCollection> collections) {}

    EntityReads(Database database, Heads heads) {
        this.database = database;
        this.heads = heads;
        this.postgresql = database.dialect() == Database.Dialect.POSTGRESQL;
    }

    /** Every change up to here has been looked at by compaction: what it superseded may be gone. From memory. */
    public long compactedTo() {
        return heads.cursorState().compactedTo();
    }

    /** The newest delete that has been removed. */
    public long removedTo() {
        return heads.cursorState().horizon();
    }

    /** The newest change of the collections that a query selects, seen or not: nothing of them changes while it stays. From memory. */
    public long head(FeedQuery query) {
        long head = 0;
        for (EntityCollection collection : asked(query).values()) {
            head = Math.max(head, collection.head());
        }
        return head;
    }

    /**
     * Tells of every entity that has changed, or has come into sight or gone out of it, since the reader last looked: once, by its newest change,
     * as of one moment.
     *
     * @param positions up to where the reader has looked at each collection, by number; 0, or not there, for not yet: then it is told of the
     *     living entities in sight
     * @param lastView the version of the view that the reader last looked with
     * @param owed whether something of what the reader was told of at its looks is still to be passed on
     */
    public Looked newest(
            View view,
            FeedQuery query,
            Map<Integer, Long> positions,
            long lastView,
            boolean owed,
            Newest.Receiver receiver) {
        try (Connection connection = database.reader().getConnection()) {
            connection.setAutoCommit(false);
            if (postgresql) {
                // One moment for all statements; a read transaction on SQLite is that anyway.
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            try {
                long head = Heads.readHead(connection);
                Map<Integer, Long> looked = new TreeMap<>();
                Map<Integer, Long> removed = removed(connection);
                OptionalLong compactedTo = OptionalLong.empty();
                for (EntityCollection collection : Feed.asked(heads.known(), query)) {
                    long after = positions.getOrDefault(collection.no, 0L);
                    ScopeChange sight = new ScopeChange(
                            after == 0 ? Scopes.NONE : view.scopes(collection, lastView), view.scopes(collection));
                    if (after == 0 && sight.now().isNone()) {
                        continue;
                    }
                    long missedBefore = sight.before().isNone() ? 0 : removed.getOrDefault(collection.no, 0L);
                    if (sight.wasOfScopes()
                            || (owed && after > 0 && sight.before().isNone())) {
                        // Where scopes tell what went, or told it and it is owed, superseded changes are missed too.
                        if (compactedTo.isEmpty()) {
                            compactedTo =
                                    OptionalLong.of(CursorState.load(connection).compactedTo());
                        }
                        missedBefore = Math.max(missedBefore, compactedTo.getAsLong());
                    }
                    looked.put(collection.no, missedBefore);
                    if (after > 0) {
                        changed(connection, collection.no, after, sight, receiver);
                    }
                    if (!sight.before().equals(sight.now())) {
                        living(connection, collection.no, after == 0 ? head : after, sight, receiver);
                    }
                }
                return new Looked(head, view.version(), looked);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * The entities that some changes belong to, each at its freshest, in the order of the changes asked for. One that the view does not see is
     * shown as deleted; what the query does not select, or is not kept, is left out.
     *
     * @param sequenceVersions in ascending order
     * @param newestAt each was the newest of its entity when the changelog's head was this; 0 if that is not known
     */
    public CurrentStates current(View view, FeedQuery query, long[] sequenceVersions, long newestAt) {
        CurrentRows found = new CurrentRows(view, asked(query), sequenceVersions);
        try (Connection connection = database.reader().getConnection()) {
            if (isDense(sequenceVersions)) {
                // Another process's changes are known only after a while, so only SQLite's heads vouch for what is
                // newest.
                boolean unchanged = !postgresql && head(query) <= newestAt;
                try (PreparedStatement statement =
                        connection.prepareStatement(unchanged ? IN_RANGE : NEWEST_IN_RANGE)) {
                    statement.setLong(1, sequenceVersions[0]);
                    statement.setLong(2, sequenceVersions[sequenceVersions.length - 1]);
                    found.readThemselves(statement);
                }
            }
            long[] rest = found.notFound();
            if (rest.length > 0 && found.hasRoom()) {
                try (PreparedStatement statement = connection.prepareStatement(CURRENT + ", q.seq FROM " + asked()
                        + " JOIN entity e ON e.first_seq = q.entity_no JOIN change c ON c.seq = e.seq")) {
                    ask(connection, statement, rest, 0, rest.length);
                    found.read(statement);
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return found.inOrder();
    }

    /** Whether most of what lies between the first and the last is asked for, so that it is best read in a row. */
    private static boolean isDense(long[] sequenceVersions) {
        int count = sequenceVersions.length;
        return count > 0 && sequenceVersions[count - 1] - sequenceVersions[0] < 2L * count;
    }

    /** What some changes belong to, in no order. What the query does not select, or is not kept, is left out. */
    public List<Revision> revisions(FeedQuery query, long[] sequenceVersions) {
        Map<Integer, EntityCollection> asked = asked(query);
        List<Revision> found = new ArrayList<>(sequenceVersions.length);
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT q.seq, q.collection_no, q.entity_id, q.operation, e.first_seq, e.seq, q.scope FROM "
                                + asked()
                                + " JOIN entity e ON e.first_seq = q.entity_no")) {
            for (int from = 0; from < sequenceVersions.length; from += BATCH) {
                ask(connection, statement, sequenceVersions, from, Math.min(from + BATCH, sequenceVersions.length));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        EntityCollection collection = asked.get(rows.getInt(2));
                        if (collection != null) {
                            found.add(new Revision(
                                    rows.getLong(1),
                                    rows.getInt(2),
                                    collection.integrationId,
                                    collection.entityType,
                                    rows.getString(3),
                                    Operation.of(rows.getInt(4)) == Operation.DELETED,
                                    Optional.ofNullable(rows.getString(7)),
                                    rows.getLong(5),
                                    rows.getLong(6) == rows.getLong(1)));
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return found;
    }

    /**
     * The newest changes of some entities up to a position, by a later change of each: beyond the position where compaction has removed what lay
     * between, and 0 where there was none. What is not kept is left out.
     */
    public Map<Long, Long> newestUpTo(long position, long[] laterChanges) {
        Map<Long, Long> newest = new HashMap<>();
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "WITH RECURSIVE back (later, previous) AS (SELECT q.seq, q.previous_seq FROM "
                                + asked()
                                + " UNION ALL SELECT back.later, c.previous_seq FROM back JOIN change c ON c.seq = back.previous"
                                + " WHERE back.previous > ?) SELECT later, min(previous) FROM back GROUP BY later")) {
            for (int from = 0; from < laterChanges.length; from += BATCH) {
                ask(connection, statement, laterChanges, from, Math.min(from + BATCH, laterChanges.length));
                statement.setLong(2, position);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        newest.put(rows.getLong(1), rows.getLong(2));
                    }
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return newest;
    }

    private Map<Integer, Long> removed(Connection connection) throws SQLException {
        Map<Integer, Long> all = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT no, removed_to FROM collection");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                all.put(rows.getInt(1), rows.getLong(2));
            }
        }
        if (!heads.known().byNo().keySet().containsAll(all.keySet())) {
            heads.loadCollections(connection);
        }
        return all;
    }

    private Map<Integer, EntityCollection> asked(FeedQuery query) {
        Heads.Known known = heads.known();
        Asked last = asked;
        if (last == null || last.version() != known.version() || !last.query().equals(query)) {
            Map<Integer, EntityCollection> collections = new HashMap<>();
            Feed.asked(known, query).forEach(collection -> collections.put(collection.no, collection));
            last = new Asked(known.version(), query, Map.copyOf(collections));
            asked = last;
        }
        return last.collections();
    }

    /** The entities without a change after a number that have come into sight or gone out of it. */
    private void living(Connection connection, int collection, long to, ScopeChange sight, Newest.Receiver receiver)
            throws SQLException {
        Optional<Set<String>> scopes = sight.before().namedOtherwise(sight.now());
        if (scopes.isEmpty() && !sight.isOfScopes() && sight.before().isNone() && !postgresql) {
            new LivingRuns(collection, to, receiver).read(connection);
            return;
        }
        if (scopes.isEmpty()) {
            String sql = sight.isOfScopes() ? LIVING_WITH_SCOPE : LIVING;
            living(connection, sql, collection, Optional.empty(), to, sight, receiver);
            return;
        }
        for (String scope : scopes.get()) {
            living(connection, LIVING_IN_SCOPE, collection, Optional.of(scope), to, sight, receiver);
        }
    }

    private void living(
            Connection connection,
            String sql,
            int collection,
            Optional<String> scope,
            long to,
            ScopeChange sight,
            Newest.Receiver receiver)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, collection);
            statement.setLong(2, to);
            if (scope.isPresent()) {
                statement.setString(3, scope.get());
            }
            statement.setFetchSize(postgresql ? FETCH : 0);
            try (ResultSet rows = statement.executeQuery()) {
                boolean ofScopes = sight.isOfScopes();
                while (rows.next()) {
                    long seq = rows.getLong(1);
                    String own = ofScopes ? rows.getString(3) : null;
                    boolean before = sight.before().contains(own);
                    boolean now = sight.now().contains(own);
                    if (before != now) {
                        receiver.receive(
                                collection,
                                new Newest(seq, rows.getLong(2), false, before ? seq : 0, false, before, now));
                    }
                }
            }
        }
    }

    /** Of an entity that changed more than once, what the first change after the position tells. */
    private record Earliest(long replaced, boolean wasGone, String scope) {}

    private void changed(Connection connection, int collection, long after, ScopeChange sight, Newest.Receiver receiver)
            throws SQLException {
        Map<Long, Earliest> pending = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT c.seq, c.operation, c.previous_seq, e.seq, e.first_seq, c.previous_scope, c.scope FROM change c"
                        + " JOIN entity e ON e.first_seq = c.entity_no"
                        + " WHERE c.collection_no = ? AND c.seq > ? ORDER BY c.seq")) {
            statement.setInt(1, collection);
            statement.setLong(2, after);
            statement.setFetchSize(postgresql ? FETCH : 0);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    long seq = rows.getLong(1);
                    Operation operation = Operation.of(rows.getInt(2));
                    long previous = rows.getLong(3);
                    long newest = rows.getLong(4);
                    long replaced = previous <= after ? previous : 0;
                    Earliest own =
                            new Earliest(replaced, replaced != 0 && operation == Operation.CREATED, rows.getString(6));
                    if (seq < newest) {
                        pending.putIfAbsent(newest, own);
                    } else {
                        Earliest earliest =
                                Optional.ofNullable(pending.remove(newest)).orElse(own);
                        receiver.receive(
                                collection,
                                new Newest(
                                        seq,
                                        rows.getLong(5),
                                        operation == Operation.DELETED,
                                        earliest.replaced(),
                                        earliest.wasGone(),
                                        sight.before().contains(earliest.scope()),
                                        operation != Operation.DELETED
                                                && sight.now().contains(rows.getString(7))));
                    }
                }
            }
        }
    }

    private String asked() {
        return postgresql
                ? "unnest(?) AS asked (seq) JOIN change q ON q.seq = asked.seq"
                : "json_each(?) AS asked CROSS JOIN change q ON q.seq = asked.value";
    }

    private void ask(Connection connection, PreparedStatement statement, long[] sequenceVersions, int from, int to)
            throws SQLException {
        if (postgresql) {
            Object[] numbers = new Object[to - from];
            for (int at = from; at < to; at++) {
                numbers[at - from] = sequenceVersions[at];
            }
            statement.setArray(1, connection.createArrayOf("int8", numbers));
            return;
        }
        statement.setString(1, JsonArrays.numbers(sequenceVersions, from, to));
    }

    private static DatabaseException failed(SQLException e) {
        return new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
    }
}
