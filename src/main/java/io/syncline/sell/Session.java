package io.syncline.sell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
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

    /** The pages that come next, which are made before they are asked for. */
    private final Deque<PageAhead> ahead = new ArrayDeque<>();

    private long takenTo;
    private volatile long usedAt;

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
        if (again.length > 0 && !ahead.isEmpty()) {
            // What comes after it in the queue is taken already.
            return again;
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

    /** The same for the pages that come next, at most so many of them, in ascending order over all. */
    List<long[]> takePages(RevisionSet unacknowledged, int pageSize, int most) {
        long[] taken = take(unacknowledged, pageSize * most);
        List<long[]> pages = new ArrayList<>();
        for (int from = 0; from < taken.length; from += pageSize) {
            pages.add(Arrays.copyOfRange(taken, from, Math.min(from + pageSize, taken.length)));
        }
        return pages;
    }

    /** Pages that come next are being made. */
    void makes(List<PageAhead> pages) {
        ahead.addAll(pages);
    }

    /** How many pages are made or being made, and not claimed. */
    int pagesAhead() {
        return ahead.size();
    }

    /** The changes that the page stands for that is claimed next; none if that is not known. */
    long[] expected() {
        return ahead.isEmpty() ? new long[0] : ahead.peekFirst().taken();
    }

    /**
     * The page that comes next, made or being made, for the one who gives it out or gives back what is on it; none while something goes before it
     * that was given back.
     */
    Optional<PageAhead> claim(RevisionSet unacknowledged) {
        return givenBack.countInBoth(unacknowledged, 0) > 0 ? Optional.empty() : Optional.ofNullable(ahead.pollFirst());
    }

    /** As {@link #claim(RevisionSet)}, this page, if nobody has claimed it. */
    boolean claim(PageAhead page) {
        return ahead.remove(page);
    }

    /** How many are still to be handed out. */
    long left(RevisionSet unacknowledged) {
        return queue.countInBoth(unacknowledged, takenTo)
                + givenBack.countInBoth(unacknowledged, 0)
                + ahead.stream().mapToLong(page -> page.countIn(unacknowledged)).sum();
    }
}
