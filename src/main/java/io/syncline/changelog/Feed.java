package io.syncline.changelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a view and a query select among the collections known at one time. Immutable, but for the collections' heads. */
final class Feed {

    /** Which principal and query: a cursor made for one is refused by another. */
    final long key;

    final List<EntityCollection> collections;
    /** Whether it selects every collection there is. */
    final boolean all;
    /** Of {@link Heads.Known}. */
    final int version;

    /** The selected collections at their numbers. */
    private final EntityCollection[] byNo;

    private Feed(long key, List<EntityCollection> collections, boolean all, int version) {
        this.key = key;
        this.collections = collections;
        this.all = all;
        this.version = version;
        this.byNo = new EntityCollection[collections.isEmpty() ? 0 : collections.get(collections.size() - 1).no + 1];
        collections.forEach(collection -> byNo[collection.no] = collection);
    }

    static Feed select(Heads.Known known, View view, FeedQuery query) {
        SortedSet<String> types = foldedTypes(query);
        List<EntityCollection> selected = known.byNo().values().stream()
                .filter(collection -> view.sees(collection.integrationId))
                .filter(collection -> query.integrationId().isEmpty()
                        || query.integrationId().get().equals(collection.integrationId))
                .filter(collection -> types.isEmpty() || types.contains(fold(collection.entityType)))
                .sorted(Comparator.comparingInt(collection -> collection.no))
                .toList();
        return new Feed(
                key(view, query, types),
                selected,
                selected.size() == known.byNo().size(),
                known.version());
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

    private static SortedSet<String> foldedTypes(FeedQuery query) {
        SortedSet<String> types = new TreeSet<>();
        query.entityTypes().forEach(type -> types.add(fold(type)));
        return types;
    }

    private static String fold(String type) {
        return type.toLowerCase(Locale.ROOT);
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
