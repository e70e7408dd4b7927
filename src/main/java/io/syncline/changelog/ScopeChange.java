package io.syncline.changelog;

/** What a reader had in sight of a collection, and has now. */
record ScopeChange(Scopes before, Scopes now) {

    boolean wasOfScopes() {
        return isOfScopes(before);
    }

    /** Whether a scope makes a difference. */
    boolean isOfScopes() {
        return isOfScopes(before) || isOfScopes(now);
    }

    private static boolean isOfScopes(Scopes scopes) {
        return !scopes.isAll() && !scopes.isNone();
    }
}
