package io.syncline.sell;

import io.syncline.changelog.EntityReads;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Revision;
import io.syncline.sell.DeviceWriter.Durability;
import io.syncline.sell.DeviceWriter.Pending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes in what devices acknowledge. Safe for use by many threads. */
final class Acknowledgements {

    private final EntityReads reads;
    private final Devices devices;
    private final DeviceStore store;

    Acknowledgements(EntityReads reads, Devices devices, DeviceStore store) {
        this.reads = reads;
        this.devices = devices;
        this.store = store;
    }

    /**
     * Takes in an acknowledgement, which the disk has when this returns. What is unknown, or was not served to the device, is passed over.
     *
     * @throws SellException if the payload is none of an acknowledgement
     */
    void take(DeviceKey key, FeedQuery query, byte[] payload) {
        if (!takeWholePage(key, payload)) {
            take(key, query, AckPayload.keys(payload));
        }
    }

    /** Takes it in if it is of just what is on a page that was served lately; tells whether it is. */
    private boolean takeWholePage(DeviceKey key, byte[] payload) {
        Optional<Pending> write = devices.locked(key, device -> device.stored().flatMap(stored -> device.lately(payload)
                .filter(stored.state()::acknowledge)
                .map(page -> {
                    device.acknowledged(page.revisions());
                    return write(device);
                })));
        return write.isPresent() && devices.isWritten(key, write.get());
    }

    private void take(DeviceKey key, FeedQuery query, List<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        for (int attempt = 0; attempt < Devices.ATTEMPTS; attempt++) {
            Taken taken = devices.locked(key, device -> tryTake(device, query, keys));
            boolean stored = taken.write().isEmpty()
                    || devices.isWritten(key, taken.write().get());
            if (stored && !taken.again()) {
                return;
            }
        }
        throw Devices.changedElsewhere();
    }

    /**
     * What has become of an attempt.
     *
     * @param again whether another node has changed the device, which is to be read again
     * @param write that is to be waited for
     */
    private record Taken(boolean again, Optional<Pending> write) {}

    private Taken tryTake(Device device, FeedQuery query, List<String> keys) {
        Optional<StoredDevice> stored = devices.known(device);
        if (stored.isEmpty()) {
            return new Taken(false, Optional.empty());
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
        if (others && devices.doubtIfChangedElsewhere(device)) {
            return new Taken(true, Optional.empty());
        }
        if (!earlier.isEmpty()) {
            revisions.addAll(servedEarlier(query, earlier));
        }
        Map<Long, Long> queued = queued(device, state, revisions);
        for (Revision revision : revisions) {
            long version = revision.sequenceVersion();
            state.acknowledge(revision, queued.getOrDefault(version, version));
        }
        device.acknowledged(
                revisions.stream().mapToLong(Revision::sequenceVersion).toArray());
        // Where it changes nothing, perhaps because it comes twice, what it repeats may be on its way to the disk.
        return new Taken(false, state.hasChanged() ? Optional.of(write(device)) : device.lastWrite());
    }

    private Pending write(Device device) {
        StoredDevice stored = device.stored().orElseThrow();
        Optional<Promise> next = store.isAlone() ? device.nextPromise(stored.state()) : Optional.empty();
        return devices.write(device, stored.startedAt(), next, Durability.ON_DISK);
    }

    /** The changes that stood for revisions in the queue, where it was others. Of what was served fresher, and before a restart, the changelog knows it. */
    private Map<Long, Long> queued(Device device, DeviceState state, List<Revision> revisions) {
        Map<Long, Long> queued = new HashMap<>();
        Map<Long, List<Long>> unknown = new TreeMap<>();
        for (Revision revision : revisions) {
            long version = revision.sequenceVersion();
            long known = device.queued(version);
            long position = state.position(revision.collection());
            if (known != version) {
                queued.put(version, known);
            } else if (version > position) {
                unknown.computeIfAbsent(position, upTo -> new ArrayList<>()).add(version);
            }
        }
        unknown.forEach((position, versions) -> queued.putAll(reads.newestUpTo(
                position, versions.stream().mapToLong(Long::longValue).toArray())));
        return queued;
    }

    /** What has just these keys; the changelog knows it. */
    private List<Revision> servedEarlier(FeedQuery query, Map<Long, String> keys) {
        long[] asked =
                keys.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        return reads.revisions(query, asked).stream()
                .filter(revision -> AckKey.of(revision).equals(keys.get(revision.sequenceVersion())))
                .toList();
    }
}
