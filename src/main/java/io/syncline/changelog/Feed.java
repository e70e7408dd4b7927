package io.syncline.changelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a view and a query select among the collections known at one time. Immutable, but for the collections' heads. */
final class Feed {

    /** Which principal and query: a cursor made for one is refused by another. */
    final long key;

    /** Those seen as a whole. */
    final List<EntityCollection> collections;
    /** Whether it selects every collection there is, as a whole. */
    final boolean all;
    /** Whether it selects only some scopes of a collection. */
    final boolean narrow;
    /** Of {@link Heads.Known}. */
    private final int version;
    /** Of {@link Heads#epoch}. */
    private final int epoch;
    /** Where the scopes stand that are seen of the other collections. */
    private final List<ScopeHead> scopeHeads;

    /** The selected collections at their numbers, and what is seen of them. */
    private final EntityCollection[] byNo;

    private final Scopes[] scopes;

    private Feed(long key, List<EntityCollection> seen, View view, Heads.Known known, Heads.Watched watched) {
        this.key = key;
        int size = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).no + 1;
        this.byNo = new EntityCollection[size];
        this.scopes = new Scopes[size];
        for (EntityCollection collection : seen) {
            byNo[collection.no] = collection;
            scopes[collection.no] = view.scopes(collection);
        }
        this.collections = seen.stream()
                .filter(collection -> scopes[collection.no].isAll())
                .toList();
        this.scopeHeads = watched.scopes();
        this.narrow = collections.size() < seen.size();
        this.all = collections.size() == known.byNo().size();
        this.version = known.version();
        this.epoch = watched.epoch();
    }

    /** Takes what it needs from memory, but for where scopes stand that nobody has asked for before. */
    static Feed select(Heads heads, Heads.Known known, View view, FeedQuery query, ScopeReader reader) {
        List<EntityCollection> seen = new ArrayList<>();
        Map<EntityCollection, Scopes> confined = new HashMap<>();
        for (EntityCollection collection : asked(known, query)) {
            Scopes scopes = view.scopes(collection);
            if (!scopes.isNone()) {
                seen.add(collection);
            }
            if (!scopes.isNone() && !scopes.isAll()) {
                confined.put(collection, scopes);
            }
        }
        Heads.Watched watched = heads.watch(confined);
        if (!watched.unread().isEmpty()) {
            reader.read(watched.unread(), watched.head());
        }
        return new Feed(key(view, query, foldedTypes(query)), seen, view, known, watched);
    }

    /** Reads up to a number where scopes stand. */
    interface ScopeReader {
        void read(List<ScopeHead> heads, long to);
    }

    /** Whether it still has all that is known, and is still told of what is new. */
    boolean isCurrent(Heads heads) {
        return version == heads.known().version() && epoch == heads.epoch();
    }

    /** The collections that a query asks for, seen or not, by number. */
    static List<EntityCollection> asked(Heads.Known known, FeedQuery query) {
        SortedSet<String> types = foldedTypes(query);
        return known.byNo().values().stream()
                .filter(collection -> query.integrationId().isEmpty()
                        || query.integrationId().get().equals(collection.integrationId))
                .filter(collection -> types.isEmpty() || types.contains(View.fold(collection.entityType)))
                .sorted(Comparator.comparingInt(collection -> collection.no))
                .toList();
    }

    /** The highest sequence version among its changes. */
    long head() {
        long head = 0;
        for (int i = 0; i < collections.size(); i++) {
            head = Math.max(head, collections.get(i).head());
        }
        for (int i = 0; i < scopeHeads.size(); i++) {
            head = Math.max(head, scopeHeads.get(i).head());
        }
        return head;
    }

    /** What of it has changed after a number. */
    Map<EntityCollection, Scopes> moved(long after) {
        Map<EntityCollection, Scopes> moved = new HashMap<>();
        for (EntityCollection collection : collections) {
            if (collection.head() > after) {
                moved.put(collection, Scopes.ALL);
            }
        }
        moved.putAll(scopes(scope -> scope.head() > after));
        return moved;
    }

    /** The scopes in it that something has gone out of after a number. */
    Map<EntityCollection, Scopes> left(long after) {
        return scopes(scope -> scope.outOf() > after);
    }

    private Map<EntityCollection, Scopes> scopes(Predicate<ScopeHead> which) {
        Map<EntityCollection, Set<String>> named = new HashMap<>();
        for (ScopeHead scope : scopeHeads) {
            if (which.test(scope)) {
                named.computeIfAbsent(scope.collection, c -> new HashSet<>()).add(scope.scope);
            }
        }
        Map<EntityCollection, Scopes> scopes = new HashMap<>();
        named.forEach((collection, some) -> scopes.put(collection, Scopes.of(some)));
        return scopes;
    }

    /** The collection of a number, if it is selected. */
    Optional<EntityCollection> selected(int no) {
        return no < byNo.length ? Optional.ofNullable(byNo[no]) : Optional.empty();
    }

    /** What is seen of a collection. */
    Scopes scopes(int no) {
        return no < scopes.length && scopes[no] != null ? scopes[no] : Scopes.NONE;
    }

    private static SortedSet<String> foldedTypes(FeedQuery query) {
        SortedSet<String> types = new TreeSet<>();
        query.entityTypes().forEach(type -> types.add(View.fold(type)));
        return types;
    }

    private static long key(View view, FeedQuery query, SortedSet<String> types) {
        MessageDigest digest = Sha256.fresh();
        add(digest, view.principal());
        add(digest, query.name());
        add(digest, query.integrationId().map(id -> "=" + id).orElse("*"));
        types.forEach(type -> add(digest, type));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** With its length, so that no two lists of texts run together into one. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
