package io.syncline.changelog;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The complete state of an entity as canonical JSON: object keys sorted by code point, numbers normalised ({@code 1.0}, {@code 1}
 * and {@code 1e0} are one number, {@code -0} is {@code 0}, nothing is rounded), no white space, so that two snapshots are equal
 * exactly when their bytes are. Characters are escaped as a plain Jackson writer escapes them. Immutable.
 *
 * <p>Numbers are only as exact as the tree they come from: parse with big decimals for fractions, else two texts that one
 * {@code double} stands for are one number.
 */
public final class Snapshot {

    /** Half of a SHA-256 is enough to tell two states of one entity apart, and keeps the latest state small. */
    private static final int DIGEST_BYTES = 16;

    private final byte[] json;
    /** Null until it is asked for. */
    private volatile byte[] digest;

    Snapshot(byte[] json) {
        this.json = json;
    }

    /**
     * The canonical form of a JSON object.
     *
     * @throws IllegalArgumentException if it is not an object, or holds what JSON in UTF-8 cannot carry, such as a lone surrogate,
     *     or is nested more than 1,000 levels deep; the message names the place
     */
    public static Snapshot of(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("a snapshot is a JSON object, not " + object.getNodeType());
        }
        CanonicalJson writer = new CanonicalJson();
        writer.value(object);
        return writer.snapshot();
    }

    /** By which append tells whether anything changed, not to be modified. Made at the first call, with a digest that is the caller's own. */
    byte[] digest(MessageDigest sha256) {
        byte[] known = digest;
        if (known == null) {
            known = Arrays.copyOf(sha256.digest(json), DIGEST_BYTES);
            digest = known;
        }
        return known;
    }

    /** The JSON in UTF-8, not to be modified. */
    public byte[] bytes() {
        return json;
    }
}
