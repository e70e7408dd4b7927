package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;

/**
 * The heads of the scopes that some view is confined to: only of those that were asked for, and of at most so many. {@link Heads} guards it, but
 * for what is said to be safe.
 */
final class ScopeHeads {

    /** Some tens of megabytes. Past this all are forgotten and read again as they are asked for. */
    static final int MOST = 500_000;

    private final Map<EntityCollection, Map<String, ScopeHead>> watched = new HashMap<>();
    private int count;
    private final AtomicInteger epoch = new AtomicInteger();

    /** Changes whenever all are forgotten: what was given out before is not raised any more. Safe for use by any thread. */
    int epoch() {
        return epoch.get();
    }

    boolean isEmpty() {
        return count == 0;
    }

    void forget() {
        if (count > 0) {
            watched.clear();
            count = 0;
            epoch.incrementAndGet();
        }
    }

    /** Those of some scopes, from now on raised. */
    List<ScopeHead> watch(Map<EntityCollection, Scopes> wanted) {
        int more = wanted.values().stream()
                .mapToInt(scopes -> scopes.named().size())
                .sum();
        if (count + more > MOST) {
            forget();
        }
        List<ScopeHead> heads = new ArrayList<>(more);
        wanted.forEach((collection, scopes) -> {
            Map<String, ScopeHead> ofCollection = watched.computeIfAbsent(collection, c -> new HashMap<>());
            for (String scope : scopes.named()) {
                heads.add(ofCollection.computeIfAbsent(scope, s -> {
                    count++;
                    ScopeHead head = new ScopeHead(collection, scope);
                    if (collection.head() == 0) {
                        head.wasRead();
                    }
                    return head;
                }));
            }
        });
        return heads;
    }

    void raise(LastChanges last) {
        if (!last.knowsScopes()) {
            forget();
            return;
        }
        raise(last.intoScope(), ScopeHead::raiseInto);
        raise(last.outOfScope(), ScopeHead::raiseOutOf);
    }

    private void raise(Map<EntityCollection, Map<String, Long>> last, ObjLongConsumer<ScopeHead> raise) {
        last.forEach((collection, scopes) -> {
            Map<String, ScopeHead> ofCollection = watched.get(collection);
            if (ofCollection != null) {
                scopes.forEach((scope, seq) -> {
                    ScopeHead head = ofCollection.get(scope);
                    if (head != null) {
                        raise.accept(head, seq);
                    }
                });
            }
        });
    }

    /** Reads where scopes stand, two looks into an index for each. Safe for use by any thread. */
    static void read(Connection connection, Database.Dialect dialect, List<ScopeHead> heads, long to)
            throws SQLException {
        boolean postgresql = dialect == Database.Dialect.POSTGRESQL;
        String asked = postgresql
                ? "unnest(?, ?, ?) AS w (at, collection_no, scope)"
                : "(SELECT key AS at, json_extract(value, '$[0]') AS collection_no, json_extract(value, '$[1]') AS scope"
                        + " FROM json_each(?)) AS w";
        try (PreparedStatement statement = connection.prepareStatement("SELECT w.at,"
                + " (SELECT max(c.seq) FROM change c WHERE c.collection_no = w.collection_no AND c.scope = w.scope AND c.seq <= ?),"
                + " (SELECT max(c.seq) FROM change c WHERE c.collection_no = w.collection_no AND c.previous_scope = w.scope AND "
                + ScopedSelect.MOVED + " AND c.seq <= ?) FROM " + asked)) {
            statement.setLong(1, to);
            statement.setLong(2, to);
            if (postgresql) {
                ask(connection, statement, heads);
            } else {
                statement.setString(3, JsonArrays.pairs(heads));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ScopeHead head = heads.get(rows.getInt(1));
                    head.raiseInto(rows.getLong(2));
                    head.raiseOutOf(rows.getLong(3));
                }
            }
        }
        heads.forEach(ScopeHead::wasRead);
    }

    private static void ask(Connection connection, PreparedStatement statement, List<ScopeHead> heads)
            throws SQLException {
        Integer[] at = new Integer[heads.size()];
        Integer[] collections = new Integer[heads.size()];
        String[] scopes = new String[heads.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = i;
            collections[i] = heads.get(i).collection.no;
            scopes[i] = heads.get(i).scope;
        }
        Array numbers = connection.createArrayOf("int4", collections);
        statement.setArray(3, connection.createArrayOf("int4", at));
        statement.setArray(4, numbers);
        statement.setArray(5, connection.createArrayOf("text", scopes));
    }
}
