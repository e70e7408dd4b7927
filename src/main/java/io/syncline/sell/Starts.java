package io.syncline.sell;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.EntityReads;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Looked;
import io.syncline.changelog.Revision;
import io.syncline.changelog.View;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Starts devices: finds what is new for one, and sees that a principal has no more of them than it may. Safe for use by many threads. */
final class Starts {

    /** How long a device is active after the last start of a session. */
    static final Duration ACTIVE = Duration.ofDays(30);

    /** So that compaction does not pass a device of which nothing that it sees has changed. */
    static final Duration LOOK_AGAIN = Duration.ofDays(1);

    /** A device's last start is written no more often than this, so that one that finds nothing new costs the disk nothing. */
    private static final Duration START_PRECISION = Duration.ofHours(1);

    private final Changelog changelog;
    private final EntityReads reads;
    private final Devices devices;
    private final DeviceStore store;
    private final int limit;
    private final Clock clock;
    private final ReentrantLock admission = new ReentrantLock();

    Starts(Changelog changelog, Devices devices, DeviceStore store, int limit, Clock clock) {
        this.changelog = changelog;
        this.reads = changelog.entities();
        this.devices = devices;
        this.store = store;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * What is new for a device.
     *
     * @param newestAt the changelog's head when each was the newest of its entity
     */
    record Queue(RevisionSet revisions, long newestAt) {}

    /**
     * Starts a device, which is made if it is not there, and tells what it has not acknowledged of what the view sees.
     *
     * @throws SellException if the principal has as many active devices as it may have, or if the device was away for too long
     */
    Queue start(DeviceKey key, View view, FeedQuery query) {
        return devices.locked(key, device -> {
            devices.doubtIfChangedElsewhere(device);
            for (int attempt = 0; attempt < Devices.ATTEMPTS; attempt++) {
                Optional<Queue> queue = tryStart(device, view, query);
                if (queue.isPresent()) {
                    return queue.get();
                }
            }
            throw Devices.changedElsewhere();
        });
    }

    private Optional<Queue> tryStart(Device device, View view, FeedQuery query) {
        if (!admit(device)) {
            return Optional.empty();
        }
        StoredDevice stored = device.stored().orElseThrow();
        DeviceState state = stored.state();
        long now = clock.millis();
        // What waits to be told as deleted may go on changing out of sight.
        long head = state.unacknowledged().isEmpty() ? changelog.head(view, query) : changelog.head();
        boolean nothingNew = device.look()
                .filter(look -> look.view().equals(view)
                        && look.entityTypes().equals(query.entityTypes())
                        && look.head() >= head
                        && now - look.at() < LOOK_AGAIN.toMillis())
                .isPresent();
        if (!nothingNew) {
            boolean owed = !state.unacknowledged().isEmpty();
            Looked looked = reads.newest(view, query, state.positions(), state.view(), owed, state);
            if (state.missedDeletes(looked) || state.sawBefore(view.forgottenTo())) {
                throw awayForTooLong(device);
            }
            state.looked(looked);
            state.forgetServed(reads.compactedTo());
            device.looked(new Device.Look(
                    view,
                    query.entityTypes(),
                    looked.head(),
                    Set.copyOf(looked.removed().keySet()),
                    now));
        }
        Queue queue =
                new Queue(queue(device, query), device.look().orElseThrow().head());
        boolean startIsOld = now - stored.startedAt() >= START_PRECISION.toMillis();
        // Positions that moved over nothing need not be written: looking again finds nothing again.
        boolean write = startIsOld || state.hasChanged();
        return !write || devices.save(device, startIsOld ? now : stored.startedAt())
                ? Optional.of(queue)
                : Optional.empty();
    }

    /** What is not acknowledged of the entity types that are served. */
    private RevisionSet queue(Device device, FeedQuery query) {
        DeviceState state = device.stored().orElseThrow().state();
        Set<Integer> served = device.look().orElseThrow().collections();
        boolean someHidden = !served.containsAll(state.collections());
        boolean someCompacted = state.unacknowledged().lowest() <= reads.compactedTo();
        if (state.unacknowledged().isEmpty() || !(someHidden || someCompacted)) {
            return state.unacknowledged().copy();
        }
        RevisionSet kept = new RevisionSet();
        RevisionSet queue = new RevisionSet();
        for (Revision revision : reads.revisions(query, all(state.unacknowledged()))) {
            kept.add(revision.sequenceVersion());
            if (revision.newest()) {
                queue.add(revision.sequenceVersion());
            }
        }
        if (!someHidden) {
            for (long change : all(state.unacknowledged())) {
                if (queue.contains(change)) {
                    continue;
                }
                // It was superseded and that has been taken in, or it is a delete that the device is to be told of.
                boolean mayBeDelete = !kept.contains(change) && change <= reads.removedTo();
                if (mayBeDelete && !state.served().contains(change)) {
                    throw awayForTooLong(device);
                }
                state.forget(change);
            }
        }
        return queue.copy();
    }

    private static SellException awayForTooLong(Device device) {
        device.doubt();
        return new SellException(
                400,
                "invalid_header",
                "The device " + device.key.uuid()
                        + " was away for so long that deletes it would have to be told of are no longer"
                        + " kept. Deactivate it, or use another UUID, and begin with an empty copy.");
    }

    private static long[] all(RevisionSet revisions) {
        List<Long> all = new ArrayList<>();
        revisions.forEach(all::add);
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Sees that the device is there, in memory and on the disk, and counted as active.
     *
     * @return whether it is; not if it has been changed elsewhere, and then it is to be tried again
     */
    private boolean admit(Device device) {
        devices.known(device);
        long now = clock.millis();
        long activeSince = now - ACTIVE.toMillis();
        if (device.stored().filter(stored -> stored.startedAt() > activeSince).isPresent()) {
            return true;
        }
        admission.lock();
        try {
            List<Long> active = store.startsAfter(device.key.principal(), activeSince);
            if (active.size() >= limit) {
                long until = active.get(active.size() - limit) + ACTIVE.toMillis();
                throw SellException.tooMany(
                        "There are " + active.size() + " active devices, and " + limit
                                + " is the limit. A device is active for 30 days after it has last started; deactivate one with"
                                + " DELETE /api/devices/:uuid.",
                        Math.max(1, (until - now) / 1_000));
            }
            if (device.stored().isEmpty()) {
                store.add(device.key, now);
                return devices.known(device).isPresent();
            }
            return devices.save(device, now);
        } finally {
            admission.unlock();
        }
    }
}
