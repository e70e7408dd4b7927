package io.syncline.changelog;

import java.util.concurrent.atomic.AtomicLong;

/** Where one scope of a collection stands, in memory. Safe for use by many threads. */
final class ScopeHead {

    final EntityCollection collection;
    final String scope;
    private final AtomicLong head = new AtomicLong();
    private volatile boolean read;

    ScopeHead(EntityCollection collection, String scope) {
        this.collection = collection;
        this.scope = scope;
    }

    /** The highest sequence version of a change that brought an entity into the scope, kept it there or took it away. */
    long head() {
        return head.get();
    }

    /** Never goes back. */
    void raise(long seq) {
        head.accumulateAndGet(seq, Math::max);
    }

    /** Whether what was appended before anyone asked for the scope has been read. */
    boolean isRead() {
        return read;
    }

    void wasRead() {
        read = true;
    }
}
