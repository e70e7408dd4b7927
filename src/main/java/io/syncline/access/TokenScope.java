package io.syncline.access;

import java.util.Arrays;
import java.util.Optional;

/** What a token may be used for. No scope implies another. */
public enum TokenScope {
    /** Read feeds. */
    SYNC("sync"),
    JOBS_READ("jobs:read"),
    JOBS_WRITE("jobs:write"),
    /** Tokens and grants. */
    ADMIN("admin");

    private final String text;

    TokenScope(String text) {
        this.text = text;
    }

    /** As it is written in the API. */
    public String text() {
        return text;
    }

    /** The scope of a text as it is written in the API. */
    public static Optional<TokenScope> of(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }
}
