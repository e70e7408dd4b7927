package io.syncline.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all clients together have sent in long bodies, each of which is kept whole until its request is answered. Safe for use by many threads.
 */
final class LongBodies {

    private final long most;
    private final AtomicLong kept = new AtomicLong();

    /** @param most bytes at a time; one body is let in however long it is */
    LongBodies(long most) {
        this.most = most;
    }

    /**
     * Makes room for a part of a body, if there is any.
     *
     * @param before what is kept of the same client
     */
    boolean letIn(long bytes, long before) {
        long all = kept.addAndGet(bytes);
        boolean fits = all <= most || all == before + bytes;
        if (!fits) {
            kept.addAndGet(-bytes);
        }
        return fits;
    }

    void gone(long bytes) {
        kept.addAndGet(-bytes);
    }
}
