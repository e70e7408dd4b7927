package io.syncline.access;

/** What a token may be used for. */
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
}
