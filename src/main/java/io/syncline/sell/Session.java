package io.syncline.sell;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * What was new for a device when it started. Each change stands for its entity, which is read when it is served. For the thread that holds the
 * device's lock.
 */
final class Session {

    private final UUID id;
    private final DeviceKey device;
    private final RevisionSet queue;
    private final long newestAt;
    private final long size;

    /** Taken, but not served for want of something; these go first. */
    private final RevisionSet givenBack = new RevisionSet();

    /** The page that comes next, if it is made before it is asked for. */
    private Optional<PageAhead> ahead = Optional.empty();

    private long takenTo;
    private volatile long usedAt;
    private volatile boolean largePages;

    Session(UUID id, DeviceKey device, Starts.Queue queue, long now) {
        this.id = id;
        this.device = device;
        this.queue = queue.revisions();
        this.newestAt = queue.newestAt();
        this.size = this.queue.size();
        this.usedAt = now;
    }

    UUID id() {
        return id;
    }

    DeviceKey device() {
        return device;
    }

    /** The changelog's head when each change of the queue was the newest of its entity. */
    long newestAt() {
        return newestAt;
    }

    /** How many items there were at the start. */
    long size() {
        return size;
    }

    long usedAt() {
        return usedAt;
    }

    void used(long now) {
        usedAt = now;
    }

    /**
     * The next changes of the queue, each handed out once.
     *
     * @param unacknowledged the device's, at present: what has been acknowledged meanwhile is passed over
     */
    long[] take(RevisionSet unacknowledged, int limit) {
        long[] again = givenBack.inBoth(unacknowledged, 0, limit);
        for (long change : again) {
            givenBack.remove(change);
        }
        long[] next = queue.inBoth(unacknowledged, takenTo, limit - again.length);
        if (next.length > 0) {
            takenTo = next[next.length - 1];
        }
        if (again.length == 0) {
            return next;
        }
        long[] both = Arrays.copyOf(again, again.length + next.length);
        System.arraycopy(next, 0, both, again.length, next.length);
        Arrays.sort(both);
        return both;
    }

    void giveBack(long[] changes) {
        for (long change : changes) {
            givenBack.add(change);
        }
    }

    /** Whether there is a page to be made that nobody makes yet. */
    boolean hasMore(RevisionSet unacknowledged) {
        return ahead.isEmpty() && left(unacknowledged) > 0;
    }

    void makes(PageAhead page) {
        ahead = Optional.of(page);
    }

    /** As {@link #claim()}, if it is this page. */
    boolean claim(PageAhead page) {
        boolean own = ahead.filter(page::equals).isPresent();
        if (own) {
            ahead = Optional.empty();
        }
        return own;
    }

    /** Its pages are too large to be made before they are asked for. */
    void hasLargePages() {
        largePages = true;
    }

    boolean isOfLargePages() {
        return largePages;
    }

    /** The page that is made or being made, for the one who gives it out or gives back what is on it. */
    Optional<PageAhead> claim() {
        Optional<PageAhead> claimed = ahead;
        ahead = Optional.empty();
        return claimed;
    }

    /** How many are still to be handed out. */
    long left(RevisionSet unacknowledged) {
        return queue.countInBoth(unacknowledged, takenTo)
                + givenBack.countInBoth(unacknowledged, 0)
                + ahead.map(page -> page.countIn(unacknowledged)).orElse(0L);
    }
}
