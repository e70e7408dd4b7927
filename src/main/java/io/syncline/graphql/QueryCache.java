package io.syncline.graphql;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queries used of late, by text and operation name. Two generations: what is found in the old one moves to the young one, and when that is full
 * it becomes the old one. So what is in use stays, a look-up takes no lock, and many different texts cost others nothing but a second parse. Safe
 * for use by many threads.
 */
final class QueryCache {

    /** A longer text is not worth its memory. */
    private static final int LONGEST = 8_192;

    private record Key(String query, Optional<String> operationName) {}

    private final int generation;
    private volatile Map<Key, PreparedQuery> young = new ConcurrentHashMap<>();
    private volatile Map<Key, PreparedQuery> old = Map.of();

    QueryCache(int size) {
        this.generation = Math.max(1, size / 2);
    }

    Optional<PreparedQuery> find(GraphqlRequest request) {
        Key key = new Key(request.query(), request.operationName());
        PreparedQuery found = young.get(key);
        if (found == null) {
            found = old.get(key);
            if (found != null) {
                put(key, found);
            }
        }
        return Optional.ofNullable(found);
    }

    void keep(GraphqlRequest request, PreparedQuery prepared) {
        if (request.query().length() <= LONGEST) {
            put(new Key(request.query(), request.operationName()), prepared);
        }
    }

    /** How many queries are kept. */
    int size() {
        return young.size() + old.size();
    }

    private void put(Key key, PreparedQuery prepared) {
        if (young.size() >= generation) {
            synchronized (this) {
                if (young.size() >= generation) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        young.put(key, prepared);
    }
}
