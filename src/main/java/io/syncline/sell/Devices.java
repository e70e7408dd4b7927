package io.syncline.sell;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.EntityReads;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Looked;
import io.syncline.changelog.Revision;
import io.syncline.changelog.View;
import io.syncline.sell.DeviceWriter.Durability;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The devices: what is new for one, and what it has acknowledged. What a method changes is on the disk when it returns. Safe for use by many
 * threads, which are let at one device one after the other.
 */
final class Devices {

    /** How long a device is active after the last start of a session. */
    static final Duration ACTIVE = Duration.ofDays(30);

    /** Kept in memory; another is read when it comes. */
    private static final int MOST_IN_MEMORY = 1_000;
    /** So that compaction does not pass a device of which nothing that it sees has changed. */
    private static final Duration LOOK_AGAIN = Duration.ofDays(1);

    /** A device's last start is written no more often than this, so that one that finds nothing new costs the disk nothing. */
    private static final Duration START_PRECISION = Duration.ofHours(1);
    /** Two nodes can get in each other's way, but not for ever. */
    static final int ATTEMPTS = 10;

    private final Changelog changelog;
    private final EntityReads reads;
    private final DeviceStore store;
    private final int limit;
    private final Clock clock;
    private final ReentrantLock admission = new ReentrantLock();
    /** Guarded by itself. */
    private final Map<DeviceKey, Device> inMemory = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceKey, Device> eldest) {
            return size() > MOST_IN_MEMORY;
        }
    };

    Devices(Changelog changelog, DeviceStore store, int limit, Clock clock) {
        this.changelog = changelog;
        this.reads = changelog.entities();
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
        return locked(key, device -> {
            doubtIfChangedElsewhere(device);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<Queue> queue = tryStart(device, view, query);
                if (queue.isPresent()) {
                    return queue.get();
                }
            }
            throw changedElsewhere();
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
            Looked looked = reads.newest(view, query, state.positions(), state.view(), state::changed);
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
        return !write || save(device, startIsOld ? now : stored.startedAt(), Durability.OUTLIVES_PROCESS)
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
        if (device.stored().isEmpty()) {
            load(device);
        }
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
                load(device);
                return device.stored().isPresent();
            }
            return save(device, now, Durability.OUTLIVES_PROCESS);
        } finally {
            admission.unlock();
        }
    }

    private void load(Device device) {
        store.load(device.key).ifPresent(device::loaded);
    }

    /**
     * Writes what has changed.
     *
     * @return whether it was written; not if it has been changed elsewhere, and then it is to be read again
     */
    private boolean save(Device device, long startedAt, Durability durability) {
        return save(device, startedAt, Optional.empty(), durability);
    }

    private boolean save(Device device, long startedAt, Optional<Promise> promise, Durability durability) {
        if (store.save(device.stored().orElseThrow(), startedAt, promise, durability)) {
            device.saved(startedAt, promise);
            return true;
        }
        device.doubt();
        return false;
    }

    /**
     * Lets a session of a device read or take from what the device has not acknowledged; empty if there is no such device.
     *
     * @param action is given the device's state, which it leaves as it is
     */
    <T> Optional<T> reading(DeviceKey key, Function<DeviceState, T> action) {
        return locked(key, device -> known(device).map(stored -> action.apply(stored.state())));
    }

    /** Takes what a device is served next from a session; none if there is no such device. */
    long[] take(DeviceKey key, Function<DeviceState, long[]> action) {
        return locked(key, device -> {
            Optional<StoredDevice> stored = known(device);
            if (stored.isEmpty()) {
                return new long[0];
            }
            long[] taken = action.apply(stored.get().state());
            if (taken.length > 0) {
                device.expects(taken);
            }
            return taken;
        });
    }

    /** Lets a session be changed that no other thread changes meanwhile. */
    void holding(DeviceKey key, Runnable action) {
        locked(key, device -> {
            action.run();
            return true;
        });
    }

    private Optional<StoredDevice> known(Device device) {
        if (device.stored().isEmpty()) {
            load(device);
        }
        return device.stored();
    }

    /**
     * Takes in what a page has, before the page is given out: only what is known to have been served can be acknowledged, also after a crash.
     *
     * @param left counts what is left after it
     * @return how much is left; empty if the page may not be given out, as what is on it has been acknowledged meanwhile, or the device has been
     *     changed elsewhere
     */
    OptionalLong serve(DeviceKey key, MadePage page, ToLongFunction<DeviceState> left) {
        return locked(key, device -> {
            Optional<StoredDevice> stored = known(device);
            if (stored.isEmpty() || !page.isDue(stored.get().state())) {
                return OptionalLong.empty();
            }
            DeviceState state = stored.get().state();
            page.tell(state);
            boolean clear = true;
            for (Served item : page.items()) {
                clear &= state.serve(item, page.origin().view());
            }
            device.served(page.items());
            boolean written = page.items().isEmpty()
                    || (clear && giveOutPromised(device, page.items()))
                    || save(device, stored.get().startedAt(), Durability.OUTLIVES_PROCESS);
            return written ? OptionalLong.of(left.applyAsLong(state)) : OptionalLong.empty();
        });
    }

    /** Gives out what is stored as promised, which needs no transaction, if that is just what these items are. */
    private boolean giveOutPromised(Device device, List<Served> items) {
        Optional<Promise> promise = device.claimPromise(items);
        promise.ifPresent(claimed -> store.giveOut(device.stored().orElseThrow(), claimed));
        return promise.isPresent();
    }

    /** Takes in what a device acknowledges. What is unknown, or was not served to the device, is passed over. */
    void acknowledge(DeviceKey key, FeedQuery query, List<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        locked(key, device -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (tryAcknowledge(device, query, keys)) {
                    return true;
                }
            }
            throw changedElsewhere();
        });
    }

    private boolean tryAcknowledge(Device device, FeedQuery query, List<String> keys) {
        Optional<StoredDevice> stored = known(device);
        if (stored.isEmpty()) {
            return true;
        }
        DeviceState state = stored.get().state();
        List<Revision> revisions = new ArrayList<>(keys.size());
        Map<Long, String> earlier = new HashMap<>();
        boolean others = false;
        for (String key : keys) {
            long number = AckKey.revision(key);
            if (number == AckKey.NONE) {
                continue;
            }
            if (!state.served().contains(number)) {
                others = true;
                continue;
            }
            Optional<Served> lately = device.lately(number);
            if (lately.isEmpty()) {
                earlier.put(number, key);
            } else if (lately.get().hasKey(key)) {
                revisions.add(lately.get().revision());
            }
        }
        if (others && doubtIfChangedElsewhere(device)) {
            return false;
        }
        if (!earlier.isEmpty()) {
            revisions.addAll(servedEarlier(query, earlier));
        }
        for (Revision revision : revisions) {
            state.acknowledge(revision, queued(device, state, revision));
        }
        Optional<Promise> next = store.takesPromises() ? device.nextPromise(state) : Optional.empty();
        if (state.hasChanged() && !save(device, stored.get().startedAt(), next, Durability.ON_DISK)) {
            return false;
        }
        device.acknowledged(revisions, state);
        return true;
    }

    /** The change that stands for a revision in the queue. Of one that was served fresher, and before a restart, the changelog knows it. */
    private long queued(Device device, DeviceState state, Revision revision) {
        long known = device.queued(revision.sequenceVersion());
        long position = state.position(revision.collection());
        return known == revision.sequenceVersion() && known > position ? reads.newestUpTo(position, known) : known;
    }

    /** What has just these keys; the changelog knows it. */
    private List<Revision> servedEarlier(FeedQuery query, Map<Long, String> keys) {
        long[] asked =
                keys.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        return reads.revisions(query, asked).stream()
                .filter(revision -> AckKey.of(revision).equals(keys.get(revision.sequenceVersion())))
                .toList();
    }

    /** Sees to it that the device is read again if another node has changed it, and tells whether it has. */
    private boolean doubtIfChangedElsewhere(Device device) {
        if (device.stored().filter(stored -> !store.isCurrent(stored)).isEmpty()) {
            return false;
        }
        device.doubt();
        return true;
    }

    static SellException changedElsewhere() {
        return new SellException(503, "temporarily_unavailable", "The device is being changed elsewhere; try again.");
    }

    /** The devices of a principal, the last one to start a session first. */
    List<DeviceSummary> list(String principal) {
        return store.list(principal);
    }

    /**
     * Forgets a device; if it comes again, it is a new one.
     *
     * @return whether there was such a device
     */
    boolean deactivate(DeviceKey key) {
        return locked(key, device -> {
            boolean removed = store.remove(key);
            synchronized (inMemory) {
                inMemory.remove(key);
            }
            device.doubt();
            return removed;
        });
    }

    private <T> T locked(DeviceKey key, Function<Device, T> action) {
        Device device;
        synchronized (inMemory) {
            device = inMemory.computeIfAbsent(key, Device::new);
        }
        device.lock.lock();
        try {
            return action.apply(device);
        } catch (RuntimeException | Error e) {
            // What is in memory may have moved on while nothing was written.
            device.doubt();
            throw e;
        } finally {
            device.lock.unlock();
        }
    }
}
