package io.syncline.changelog;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an append tells the other nodes: its first and last number, and the last of each collection, as {@code 7 9 3:8 4:9}.
 *
 * @param lastByCollection keyed by the collection's number
 */
record Announcement(long first, long last, Map<Integer, Long> lastByCollection) {

    /** PostgreSQL carries less than 8,000 bytes. */
    private static final int LONGEST = 7_500;

    /** Says that something is new but not what: read the heads anew. */
    static final String ANYTHING = "*";

    static String of(long first, long last, Map<EntityCollection, Long> lastByCollection) {
        StringBuilder text = new StringBuilder().append(first).append(' ').append(last);
        lastByCollection.forEach((collection, seq) ->
                text.append(' ').append(collection.no).append(':').append(seq));
        return text.length() > LONGEST ? ANYTHING : text.toString();
    }

    /** Empty if it does not say what is new. */
    static Optional<Announcement> parse(String text) {
        String[] parts = text.split(" ", -1);
        try {
            Map<Integer, Long> lastByCollection = new HashMap<>();
            for (int i = 2; i < parts.length; i++) {
                int colon = parts[i].indexOf(':');
                lastByCollection.put(
                        Integer.parseInt(parts[i].substring(0, colon)), Long.parseLong(parts[i].substring(colon + 1)));
            }
            return Optional.of(new Announcement(Long.parseLong(parts[0]), Long.parseLong(parts[1]), lastByCollection));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
