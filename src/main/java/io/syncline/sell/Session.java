package io.syncline.sell;

import java.util.UUID;

/**
 * What was new for a device when it started. Each change stands for its entity, which is read when it is served. For the thread that holds the
 * device's lock.
 */
final class Session {

    private final UUID id;
    private final DeviceKey device;
    private final RevisionSet queue;
    private final long size;

    /** Taken, but not served for want of something; these go first. */
    private final RevisionSet givenBack = new RevisionSet();

    private long takenTo;
    private volatile long usedAt;

    Session(UUID id, DeviceKey device, RevisionSet queue, long now) {
        this.id = id;
        this.device = device;
        this.queue = queue;
        this.size = queue.size();
        this.usedAt = now;
    }

    UUID id() {
        return id;
    }

    DeviceKey device() {
        return device;
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
        if (again.length > 0) {
            for (long change : again) {
                givenBack.remove(change);
            }
            return again;
        }
        long[] next = queue.inBoth(unacknowledged, takenTo, limit);
        if (next.length > 0) {
            takenTo = next[next.length - 1];
        }
        return next;
    }

    void giveBack(long change) {
        givenBack.add(change);
    }

    /** How many are still to be handed out. */
    long left(RevisionSet unacknowledged) {
        return queue.countInBoth(unacknowledged, takenTo) + givenBack.countInBoth(unacknowledged, 0);
    }
}
