package io.syncline.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all clients together are sending in long bodies, each of which is kept whole until its request is answered. Safe for use by many threads.
 */
final class LongBodies {

    private final long most;
    private final AtomicLong kept = new AtomicLong();

    /** @param most bytes at a time; one body is let in however long it is */
    LongBodies(long most) {
        this.most = most;
    }

    /** Makes room for a body, if there is any. */
    boolean letIn(long bytes) {
        long before = kept.getAndAdd(bytes);
        boolean fits = before == 0 || before + bytes <= most;
        if (!fits) {
            kept.addAndGet(-bytes);
        }
        return fits;
    }

    void gone(long bytes) {
        kept.addAndGet(-bytes);
    }
}
