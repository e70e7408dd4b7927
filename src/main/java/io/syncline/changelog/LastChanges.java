package io.syncline.changelog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last change of each collection, and of each scope in it, among some changes. For one thread, and read only once it is passed on. */
final class LastChanges {

    private final Map<EntityCollection, Long> byCollection = new LinkedHashMap<>();
    private final Map<EntityCollection, Map<String, Long>> intoScope = new HashMap<>();
    private final Map<EntityCollection, Map<String, Long>> outOfScope = new HashMap<>();
    private final boolean knowsScopes;

    private LastChanges(boolean knowsScopes) {
        this.knowsScopes = knowsScopes;
    }

    static LastChanges none() {
        return new LastChanges(true);
    }

    /** Where it is not known which scopes were touched. */
    static LastChanges ofCollections(Map<EntityCollection, Long> byCollection) {
        LastChanges last = new LastChanges(byCollection.isEmpty());
        last.byCollection.putAll(byCollection);
        return last;
    }

    /** Those of a range of numbers, as stored, of the collections known. */
    static LastChanges read(Connection connection, Heads.Known known, long after, long to) throws SQLException {
        LastChanges last = none();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT collection_no, scope, previous_scope, max(seq) FROM change"
                        + " WHERE seq > ? AND seq <= ? GROUP BY collection_no, scope, previous_scope")) {
            statement.setLong(1, after);
            statement.setLong(2, to);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    EntityCollection collection = known.byNo().get(rows.getInt(1));
                    if (collection != null) {
                        last.add(collection, rows.getString(2), rows.getString(3), rows.getLong(4));
                    }
                }
            }
        }
        return last;
    }

    /**
     * Adds a change.
     *
     * @param scope null for none
     * @param previousScope null for none
     */
    void add(EntityCollection collection, String scope, String previousScope, long seq) {
        byCollection.merge(collection, seq, Math::max);
        if (scope != null) {
            intoScope.computeIfAbsent(collection, c -> new HashMap<>()).merge(scope, seq, Math::max);
        }
        if (previousScope != null && !previousScope.equals(scope)) {
            outOfScope.computeIfAbsent(collection, c -> new HashMap<>()).merge(previousScope, seq, Math::max);
        }
    }

    Map<EntityCollection, Long> byCollection() {
        return byCollection;
    }

    /** The last that left an entity in a scope; of no meaning unless {@link #knowsScopes()}. */
    Map<EntityCollection, Map<String, Long>> intoScope() {
        return intoScope;
    }

    /** The last that took an entity out of a scope; of no meaning unless {@link #knowsScopes()}. */
    Map<EntityCollection, Map<String, Long>> outOfScope() {
        return outOfScope;
    }

    boolean knowsScopes() {
        return knowsScopes;
    }
}
