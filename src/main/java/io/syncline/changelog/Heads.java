package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Where the changelog and each of its collections stand, in memory, so that a poll with nothing new touches no table. Safe for use
 * by many threads.
 *
 * <p>Appends are committed in the order of their numbers, but become known here in any order: from several threads, and from other
 * nodes. One that comes before one below it is held back until that has come, so that what is told here is always the state after
 * some commit. A reader that trusted a later head would step over the change that is missing.
 */
final class Heads {

    /** All that is known of integrations and their collections; replaced whole when one is added. */
    record Known(
            Set<String> integrations,
            Map<Integer, EntityCollection> byNo,
            Map<Name, EntityCollection> byName,
            int version) {

        private record Name(String integrationId, String entityType) {}

        boolean hasIntegration(String integrationId) {
            return integrations.contains(integrationId);
        }

        Optional<EntityCollection> find(String integrationId, String entityType) {
            return Optional.ofNullable(byName.get(new Name(integrationId, entityType)));
        }

        /** Looks through all, so not for every record. */
        Optional<EntityCollection> findIgnoringCase(String integrationId, String entityType) {
            return byNo.values().stream()
                    .filter(one ->
                            one.integrationId.equals(integrationId) && one.entityType.equalsIgnoreCase(entityType))
                    .findFirst();
        }
    }

    private record Append(long last, LastChanges changes) {}

    /**
     * Heads of scopes.
     *
     * @param unread those of them that must be read up to {@code head} before they are of use
     * @param epoch while this is {@link #epoch()}, they are raised
     */
    record Watched(List<ScopeHead> scopes, List<ScopeHead> unread, long head, int epoch) {}

    /** Over more changes, those that were missed are not searched for what they touched. */
    private static final long MOST_SEARCHED = 100_000;

    private volatile Known known = new Known(Set.of(), Map.of(), Map.of(), 0);
    private volatile long head;
    private volatile CursorState cursorState;
    private volatile boolean doubtful;

    /** Appends held back, by their first number. Guarded by this. */
    private final TreeMap<Long, Append> early = new TreeMap<>();

    /** Guarded by this. */
    private final ScopeHeads scopes = new ScopeHeads();

    private Heads(CursorState cursorState) {
        this.cursorState = cursorState;
    }

    static Heads load(Connection connection) throws SQLException {
        Heads heads = new Heads(CursorState.load(connection));
        heads.reload(connection);
        return heads;
    }

    /**
     * The changelog's head. Whoever asks this before {@link #known} and before the heads of collections knows all collections with
     * changes up to it, and heads at least as new.
     */
    long head() {
        return head;
    }

    Known known() {
        return known;
    }

    CursorState cursorState() {
        return cursorState;
    }

    /** Waits, where collections are being raised at this moment, until the head is raised as well. */
    synchronized void awaitRaising() {
        // The wait is for the monitor.
    }

    /** The heads of some scopes of collections, which are raised from now on. */
    synchronized Watched watch(Map<EntityCollection, Scopes> wanted) {
        List<ScopeHead> heads = scopes.watch(wanted);
        return new Watched(heads, heads.stream().filter(one -> !one.isRead()).toList(), head, scopes.epoch());
    }

    /** Whether somebody wants to know where scopes stand. */
    synchronized boolean watchesScopes() {
        return !scopes.isEmpty();
    }

    int epoch() {
        return scopes.epoch();
    }

    /** An append is committed: raises the heads of its collections and scopes, each to its last change. */
    synchronized void committed(long first, long last, LastChanges changes) {
        early.put(first, new Append(last, changes));
        raise(head);
    }

    /**
     * Waits for the appends below one to become known.
     *
     * @return whether they did in that time
     */
    synchronized boolean awaitHead(long last, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        while (head < last) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** To at least a number, and over what follows it without a hole. First the collections, then the head that vouches for them. */
    private void raise(long to) {
        long reached = to;
        while (!early.isEmpty() && early.firstKey() <= reached + 1) {
            Append append = early.pollFirstEntry().getValue();
            raise(append.changes());
            reached = Math.max(reached, append.last());
        }
        head = reached;
        notifyAll();
    }

    private void raise(LastChanges changes) {
        changes.byCollection().forEach(EntityCollection::raiseHead);
        scopes.raise(changes);
    }

    /** Whether something may have been missed, so that all must be read anew before the next use. */
    boolean doubtful() {
        return doubtful;
    }

    void doubt() {
        doubtful = true;
    }

    /** Reads everything anew; for the start, and whenever something may have been missed. */
    void reload(Connection connection) throws SQLException {
        doubtful = false;
        try {
            readAll(connection);
        } catch (SQLException e) {
            doubtful = true;
            throw e;
        }
    }

    private void readAll(Connection connection) throws SQLException {
        reloadCursorState(connection);
        long before = head;
        // First the counter, and of what is read after it only what it counts.
        long counted = readHead(connection);
        Map<EntityCollection, Long> heads = loadCollections(connection, counted);
        LastChanges missed = counted - before <= MOST_SEARCHED && watchesScopes()
                ? LastChanges.read(connection, known, before, counted)
                : LastChanges.ofCollections(heads);
        synchronized (this) {
            heads.forEach(EntityCollection::raiseHead);
            raise(missed);
            raise(Math.max(head, counted));
        }
    }

    /** Never goes back, though the connection sees a moment that has passed. */
    void reloadCursorState(Connection connection) throws SQLException {
        CursorState loaded = CursorState.load(connection);
        synchronized (this) {
            cursorState = cursorState.orLater(loaded);
        }
    }

    /** Two small reads that say whether everything must be read anew. */
    void check(Connection connection) throws SQLException {
        reloadCursorState(connection);
        if (doubtful || readHead(connection) != head) {
            reload(connection);
        }
    }

    /**
     * Whether the database has less than was told of here, so that it lost what was committed.
     *
     * @param connection one that sees the present
     */
    boolean isAheadOf(Connection connection) throws SQLException {
        long told = head;
        return readHead(connection) < told;
    }

    static long readHead(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT head FROM changelog");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Learns of collections that were added. */
    void loadCollections(Connection connection) throws SQLException {
        loadCollections(connection, 0);
    }

    /** @return each collection's last change up to a number */
    private synchronized Map<EntityCollection, Long> loadCollections(Connection connection, long to)
            throws SQLException {
        Map<Integer, EntityCollection> byNo = new HashMap<>(known.byNo());
        Map<EntityCollection, Long> heads = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT c.no, i.id, c.entity_type, c.removed_to,"
                + " (SELECT max(seq) FROM change WHERE collection_no = c.no AND seq <= ?)"
                + " FROM collection c JOIN integration i ON i.no = c.integration_no")) {
            statement.setLong(1, to);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    int no = rows.getInt(1);
                    String integrationId = rows.getString(2);
                    String entityType = rows.getString(3);
                    EntityCollection collection =
                            byNo.computeIfAbsent(no, n -> new EntityCollection(n, integrationId, entityType));
                    heads.put(collection, Math.max(Math.min(rows.getLong(4), to), rows.getLong(5)));
                }
            }
        }
        Set<String> integrations = integrations(connection);
        if (byNo.size() != known.byNo().size()
                || integrations.size() != known.integrations().size()) {
            Map<Known.Name, EntityCollection> byName = new HashMap<>();
            byNo.values().forEach(one -> byName.put(new Known.Name(one.integrationId, one.entityType), one));
            known = new Known(integrations, Map.copyOf(byNo), Map.copyOf(byName), known.version() + 1);
        }
        return heads;
    }

    private static Set<String> integrations(Connection connection) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM integration");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return Set.copyOf(ids);
    }
}
