package io.syncline.sell;

import java.util.Optional;
import java.util.concurrent.FutureTask;

/** A page that is made before it is asked for. Who wants it makes it, if nobody has begun to. */
final class PageAhead {

    /** Makes the page. */
    interface Making {
        Optional<MadePage> make(PageAhead ahead);
    }

    final Session session;
    /** In milliseconds since the epoch. */
    final long since;

    private final FutureTask<Optional<MadePage>> task;

    /** Written by the thread that holds the device's lock, and before the page is made. */
    private long[] taken = {};

    PageAhead(Session session, long since, Making making) {
        this.session = session;
        this.since = since;
        this.task = new FutureTask<>(() -> making.make(this));
    }

    FutureTask<Optional<MadePage>> task() {
        return task;
    }

    /** This is on it, and not to be handed out otherwise. */
    void takes(long[] changes) {
        taken = changes;
    }

    /** What is on it. */
    long[] taken() {
        return taken;
    }

    /** What was on it is to be handed out otherwise. */
    void takesNothing() {
        taken = new long[0];
    }

    /** How many of the changes on it a device has not acknowledged. */
    long countIn(RevisionSet unacknowledged) {
        long count = 0;
        for (long change : taken) {
            if (unacknowledged.contains(change)) {
                count++;
            }
        }
        return count;
    }
}
