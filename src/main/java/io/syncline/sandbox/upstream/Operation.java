package io.syncline.sandbox.upstream;

import java.util.Locale;
import java.util.Optional;

/** What happened to an entity upstream. */
public enum Operation {
    CREATED,
    UPDATED,
    DELETED;

    /** Reads {@code created}, {@code updated} or {@code deleted} in any letter case. */
    public static Optional<Operation> parse(String text) {
        for (Operation operation : values()) {
            if (operation.name().equalsIgnoreCase(text)) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
