package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the changelog and each of its collections stand, in memory, so that a poll with nothing new touches no table. Safe for use
 * by many threads.
 *
 * <p>A collection's head is raised as soon as an append is known to be committed; {@link #settled()} only when every append below
 * is known as well, for it is what cursors may jump to without reading.
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
    }

    private final AtomicLong head = new AtomicLong();
    private volatile Known known = new Known(Set.of(), Map.of(), Map.of(), 0);
    private volatile long settled;
    private volatile CursorState cursorState;
    private volatile boolean doubtful;
    /** First sequence of appends that came before one below them, and their last. Guarded by this. */
    private final TreeMap<Long, Long> early = new TreeMap<>();

    private Heads(CursorState cursorState) {
        this.cursorState = cursorState;
    }

    static Heads load(Connection connection) throws SQLException {
        Heads heads = new Heads(CursorState.load(connection));
        heads.reload(connection);
        return heads;
    }

    Known known() {
        return known;
    }

    /** The highest sequence version of all that this node has heard of. */
    long head() {
        return head.get();
    }

    /** Up to here, every change of every collection is committed and counted in its collection's head. */
    long settled() {
        return settled;
    }

    CursorState cursorState() {
        return cursorState;
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
        // First the counter: what is read after it is at least as new.
        long counted = readHead(connection);
        loadCollections(connection);
        cursorState = CursorState.load(connection);
        raise(head, counted);
        settle(0, counted);
    }

    void reloadCursorState(Connection connection) throws SQLException {
        cursorState = CursorState.load(connection);
    }

    /** Two small reads that say whether everything must be read anew. */
    void check(Connection connection) throws SQLException {
        cursorState = CursorState.load(connection);
        if (doubtful || readHead(connection) != settled) {
            reload(connection);
        }
    }

    static long readHead(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT head FROM changelog");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Learns of collections that were added, and of every collection's head. */
    synchronized void loadCollections(Connection connection) throws SQLException {
        Map<Integer, EntityCollection> byNo = new HashMap<>(known.byNo());
        try (PreparedStatement statement = connection.prepareStatement("SELECT c.no, i.id, c.entity_type, c.removed_to,"
                        + " (SELECT max(seq) FROM change WHERE collection_no = c.no)"
                        + " FROM collection c JOIN integration i ON i.no = c.integration_no");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                int no = rows.getInt(1);
                String integrationId = rows.getString(2);
                String entityType = rows.getString(3);
                EntityCollection collection =
                        byNo.computeIfAbsent(no, n -> new EntityCollection(n, integrationId, entityType));
                collection.raiseHead(Math.max(rows.getLong(4), rows.getLong(5)));
            }
        }
        Set<String> integrations = integrations(connection);
        if (byNo.size() != known.byNo().size()
                || integrations.size() != known.integrations().size()) {
            Map<Known.Name, EntityCollection> byName = new HashMap<>();
            byNo.values().forEach(one -> byName.put(new Known.Name(one.integrationId, one.entityType), one));
            known = new Known(integrations, Map.copyOf(byNo), Map.copyOf(byName), known.version() + 1);
        }
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

    /** An append is committed: raises the heads of its collections, each to its last change. */
    void committed(long first, long last, Map<EntityCollection, Long> lastByCollection) {
        lastByCollection.forEach(EntityCollection::raiseHead);
        raise(head, last);
        settle(first, last);
    }

    /** Appends become known out of order; what is settled moves only over a stretch without a hole. */
    private synchronized void settle(long first, long last) {
        if (first > settled + 1) {
            early.merge(first, last, Math::max);
            return;
        }
        long reached = Math.max(settled, last);
        List<Long> joined = new ArrayList<>();
        for (Map.Entry<Long, Long> append : early.entrySet()) {
            if (append.getKey() > reached + 1) {
                break;
            }
            reached = Math.max(reached, append.getValue());
            joined.add(append.getKey());
        }
        joined.forEach(early::remove);
        settled = reached;
    }

    private static void raise(AtomicLong value, long to) {
        value.accumulateAndGet(to, Math::max);
    }
}
