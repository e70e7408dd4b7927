package io.syncline.graphql;

import io.syncline.changelog.View;
import java.time.Duration;

/** Who asks, and until when there is time to answer. Knows how many changes were read for it. Not safe for use by several threads. */
final class RequestContext {

    private final View view;
    private final Duration timeout;
    private final long startedNanos = System.nanoTime();
    private int changes;

    RequestContext(View view, Duration timeout) {
        this.view = view;
        this.timeout = timeout;
    }

    View view() {
        return view;
    }

    /**
     * Goes on only while there is time.
     *
     * @throws TimeoutException if there is none
     */
    void checkTime() {
        if (System.nanoTime() - startedNanos > timeout.toNanos()) {
            throw new TimeoutException(timeout);
        }
    }

    void read(int count) {
        changes += count;
    }

    /** Forgets what was read, because it is read again. */
    void startAgain() {
        changes = 0;
    }

    int changes() {
        return changes;
    }

    /** The request took too long. */
    static final class TimeoutException extends RuntimeException {

        TimeoutException(Duration timeout) {
            super(
                    "The request took longer than " + timeout.toSeconds() + " s (syncline.graphql.timeout)",
                    null,
                    false,
                    false);
        }
    }
}
