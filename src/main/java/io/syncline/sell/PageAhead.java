package io.syncline.sell;

import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** A page of a {@link PageBatch}, which is made before it is asked for. */
final class PageAhead {

    final PageBatch batch;
    private final int at;

    /** For the thread that holds the device's lock. */
    private long[] taken;

    PageAhead(PageBatch batch, int at, long[] taken) {
        this.batch = batch;
        this.at = at;
        this.taken = taken;
    }

    /** The changes of the queue that it stands for, not to be handed out otherwise. */
    long[] taken() {
        return taken;
    }

    /** What was on it is to be handed out otherwise. */
    void takesNothing() {
        taken = new long[0];
    }

    /** How many of the changes on it a device has not acknowledged. */
    long countIn(RevisionSet unacknowledged) {
        if (unacknowledged.containsAll(taken)) {
            return taken.length;
        }
        long count = 0;
        for (long change : taken) {
            if (unacknowledged.contains(change)) {
                count++;
            }
        }
        return count;
    }

    /** The page, as soon as it is made; empty if it cannot be given out. */
    Optional<MadePage> made() {
        try {
            return batch.made().get(at);
        } catch (ExecutionException e) {
            // It is made again for who asks, who is told if that fails too.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a page was made", e);
        }
    }
}
