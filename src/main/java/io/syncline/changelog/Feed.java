package io.syncline.changelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a view and a query select among the collections known at one time. Immutable, but for the collections' heads. */
final class Feed {

    /** Which principal and query: a cursor made for one is refused by another. */
    final long key;

    final List<EntityCollection> collections;
    /** Whether it selects every collection there is, as a whole. */
    final boolean all;
    /** Whether it selects only some scopes of a collection. */
    final boolean narrow;
    /** Of {@link Heads.Known}. */
    final int version;

    /** The selected collections at their numbers, and what is seen of them. */
    private final EntityCollection[] byNo;

    private final Scopes[] scopes;

    private Feed(long key, List<EntityCollection> collections, View view, Heads.Known known) {
        this.key = key;
        this.collections = collections;
        int size = collections.isEmpty() ? 0 : collections.get(collections.size() - 1).no + 1;
        this.byNo = new EntityCollection[size];
        this.scopes = new Scopes[size];
        boolean someNarrow = false;
        for (EntityCollection collection : collections) {
            byNo[collection.no] = collection;
            scopes[collection.no] = view.scopes(collection);
            someNarrow |= !scopes[collection.no].isAll();
        }
        this.narrow = someNarrow;
        this.all = !someNarrow && collections.size() == known.byNo().size();
        this.version = known.version();
    }

    static Feed select(Heads.Known known, View view, FeedQuery query) {
        List<EntityCollection> selected = asked(known, query).stream()
                .filter(collection -> !view.scopes(collection).isNone())
                .toList();
        return new Feed(key(view, query, foldedTypes(query)), selected, view, known);
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
        return head;
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
