package io.syncline.changelog;

import java.util.concurrent.atomic.AtomicLong;

/** Where one scope of a collection stands, in memory. Safe for use by many threads. */
final class ScopeHead {

    final EntityCollection collection;
    final String scope;
    private final AtomicLong into = new AtomicLong();
    private final AtomicLong outOf = new AtomicLong();
    private volatile boolean read;

    ScopeHead(EntityCollection collection, String scope) {
        this.collection = collection;
        this.scope = scope;
    }

    /** The highest sequence version of a change that brought an entity into the scope, kept it there or took it away. */
    long head() {
        return Math.max(into.get(), outOf.get());
    }

    /** The highest sequence version of a change that took an entity away. */
    long outOf() {
        return outOf.get();
    }

    /** A change brought an entity into the scope or kept it there. Never goes back. */
    void raiseInto(long seq) {
        into.accumulateAndGet(seq, Math::max);
    }

    /** A change took an entity away. Never goes back. */
    void raiseOutOf(long seq) {
        outOf.accumulateAndGet(seq, Math::max);
    }

    /** Whether what was appended before anyone asked for the scope has been read. */
    boolean isRead() {
        return read;
    }

    void wasRead() {
        read = true;
    }
}
