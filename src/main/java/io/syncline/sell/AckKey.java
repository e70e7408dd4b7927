package io.syncline.sell;

import io.syncline.changelog.Revision;
import java.util.Optional;

/**
 * What a client sends back to say that it has an item, {@code Type-<id>-<revision>}. Opaque to clients.
 *
 * @param type the entity type's name in the protocol's spelling, such as {@code LeadSource}
 * @param id of the entity; may hold dashes
 * @param revision the item's sequence version
 */
record AckKey(String type, String id, long revision) {

    private static final int LONGEST = 1_000;
    /** A number of this many digits is below 2^63. */
    private static final int MOST_DIGITS = 18;

    /** Empty for what is no key. */
    static Optional<AckKey> parse(String text) {
        int first = text.indexOf('-');
        int last = text.lastIndexOf('-');
        if (first <= 0 || last <= first + 1 || text.length() > LONGEST) {
            return Optional.empty();
        }
        String revision = text.substring(last + 1);
        if (revision.isEmpty()
                || revision.length() > MOST_DIGITS
                || revision.charAt(0) == '0'
                || !revision.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return Optional.empty();
        }
        return Optional.of(
                new AckKey(text.substring(0, first), text.substring(first + 1, last), Long.parseLong(revision)));
    }

    /** The key of a revision. */
    static AckKey of(Revision revision) {
        return new AckKey(typeName(revision.entityType()), revision.entityId(), revision.sequenceVersion());
    }

    /** An entity type's name as it stands in a key: {@code lead_source} is {@code LeadSource}. */
    static String typeName(String entityType) {
        StringBuilder name = new StringBuilder(entityType.length());
        boolean upper = true;
        for (int at = 0; at < entityType.length(); at++) {
            char character = entityType.charAt(at);
            if (!Character.isLetterOrDigit(character)) {
                upper = true;
            } else {
                name.append(upper ? Character.toUpperCase(character) : character);
                upper = false;
            }
        }
        return name.toString();
    }
}
