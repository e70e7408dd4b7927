package io.syncline.sell;

import io.syncline.changelog.Revision;

/** What a client sends back to say that it has an item, {@code Type-<id>-<revision>}. Opaque to clients. Stateless. */
final class AckKey {

    /** Of what is no key. */
    static final long NONE = 0;

    private static final int LONGEST = 1_000;
    /** A number of this many digits is below 2^63. */
    private static final int MOST_DIGITS = 18;

    private AckKey() {}

    /** The key of a revision. */
    static String of(Revision revision) {
        return typeName(revision.entityType()) + '-' + revision.entityId() + '-' + revision.sequenceVersion();
    }

    /** Whether a key whose revision has been read is the one of a revision of that number. */
    static boolean is(String key, String keyName, Revision revision) {
        String id = revision.entityId();
        int idAt = keyName.length() + 1;
        int revisionAt = key.lastIndexOf('-') + 1;
        return revisionAt == idAt + id.length() + 1
                && key.startsWith(keyName)
                && key.charAt(idAt - 1) == '-'
                && key.startsWith(id, idAt);
    }

    /** The revision that ends a key; {@link #NONE} where there is none. */
    static long revision(String key) {
        int first = key.lastIndexOf('-') + 1;
        int digits = key.length() - first;
        if (first == 0 || key.length() > LONGEST || digits == 0 || digits > MOST_DIGITS || key.charAt(first) == '0') {
            return NONE;
        }
        long revision = 0;
        for (int at = first; at < key.length(); at++) {
            char digit = key.charAt(at);
            if (digit < '0' || digit > '9') {
                return NONE;
            }
            revision = 10 * revision + digit - '0';
        }
        return revision;
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
