package io.syncline.changelog;

import io.syncline.access.Grant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What views mean, as simply as it can be said: what there is, and who may see what. Knows no sequence and no cursor. */
final class ViewModel {

    record Key(String integrationId, String entityType, String entityId) {}

    record State(Optional<String> scope, String json) {}

    private record Granted(String principal, Grant.Extent extent) {

        boolean shows(String who, Key key, Optional<String> scope) {
            return principal.equals(who)
                    && Set.of("*", key.integrationId()).contains(extent.integrationId())
                    && (extent.entityTypes().isEmpty() || extent.entityTypes().contains(key.entityType()))
                    && (extent.scope().isEmpty() || extent.scope().equals(scope));
        }
    }

    private final Map<Key, State> entities = new HashMap<>();
    private final Map<String, Granted> grants = new TreeMap<>();
    private final Map<Key, Set<Optional<String>>> scopesEver = new HashMap<>();
    private final Set<Granted> grantsEver = new HashSet<>();

    private record Seen(String principal, Key key, String json) {}

    private record Known(String principal, Key key) {}

    /** What some principal could see at some moment. */
    private final Set<Seen> seen = new HashSet<>();

    private final Set<Known> knownOf = new HashSet<>();

    void put(Key key, State state) {
        entities.put(key, state);
        scopesEver.computeIfAbsent(key, k -> new HashSet<>()).add(state.scope());
        look(key, state);
    }

    private void look(Key key, State state) {
        for (Granted grant : grants.values()) {
            if (grant.shows(grant.principal(), key, state.scope())) {
                seen.add(new Seen(grant.principal(), key, state.json()));
                knownOf.add(new Known(grant.principal(), key));
            }
        }
    }

    void remove(Key key) {
        entities.remove(key);
    }

    void granted(String id, String principal, Grant.Extent extent) {
        grants.put(id, new Granted(principal, extent));
        grantsEver.add(new Granted(principal, extent));
        entities.forEach(this::look);
    }

    void revoked(String id) {
        grants.remove(id);
    }

    Set<String> grantIds() {
        return grants.keySet();
    }

    boolean has(String principal, Grant.Extent extent) {
        return grants.containsValue(new Granted(principal, extent));
    }

    boolean maySee(String principal, Key key, Optional<String> scope) {
        return grants.values().stream().anyMatch(grant -> grant.shows(principal, key, scope));
    }

    /** Whether a principal could see this state of an entity at some moment. */
    boolean saw(String principal, Key key, String json) {
        return seen.contains(new Seen(principal, key, json));
    }

    /** Whether a principal could see an entity at some moment. */
    boolean mayKnow(String principal, Key key) {
        return knownOf.contains(new Known(principal, key));
    }

    /** Whether an entity was ever in a scope that the principal was ever granted. */
    boolean mayGuess(String principal, Key key) {
        return scopesEver.getOrDefault(key, Set.of()).stream()
                .anyMatch(scope -> grantsEver.stream().anyMatch(grant -> grant.shows(principal, key, scope)));
    }

    /** What a principal may see now, as JSON. */
    Map<Key, String> visible(String principal, FeedQuery query) {
        Map<Key, String> visible = new HashMap<>();
        entities.forEach((key, state) -> {
            if (maySee(principal, key, state.scope())
                    && (query.entityTypes().isEmpty() || query.entityTypes().contains(key.entityType()))
                    && (query.integrationId().isEmpty()
                            || Objects.equals(query.integrationId().get(), key.integrationId()))) {
                visible.put(key, state.json());
            }
        });
        return visible;
    }
}
