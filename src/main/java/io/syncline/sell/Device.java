package io.syncline.sell;

import io.syncline.changelog.Revision;
import io.syncline.changelog.View;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A device in memory. Everything but the key is for the thread that holds the lock. */
final class Device {

    /**
     * What the changelog was when it was last looked at for this device.
     *
     * @param head of the feed that the view selects
     * @param collections the numbers of the collections in sight
     */
    record Look(View view, Set<String> entityTypes, long head, Set<Integer> collections) {}

    private static final int MOST_LATELY = 500;

    final DeviceKey key;
    final ReentrantLock lock = new ReentrantLock();

    /** Empty until it is read, and again when what is here may not be what is stored. */
    private Optional<StoredDevice> stored = Optional.empty();

    private Optional<Look> look = Optional.empty();

    /** Revisions handed out and not acknowledged since. Only what was handed out can be acknowledged. */
    private final RevisionSet handed = new RevisionSet();

    /** What was handed out last and not acknowledged since, to acknowledge it without a look at the changelog. */
    private final Map<Long, Revision> lately = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Revision> eldest) {
            return size() > MOST_LATELY;
        }
    };

    /** Of what was handed out fresher than it stood in the queue: the change that stands for it there. */
    private final Map<Long, Long> servedFor = new HashMap<>();

    /** Up to here, revisions may have been handed out that this process does not know of: before it started, or by another node. */
    private long perhapsHanded;

    Device(DeviceKey key) {
        this.key = key;
    }

    Optional<StoredDevice> stored() {
        return stored;
    }

    void loaded(StoredDevice device, long head) {
        stored = Optional.of(device);
        perhapsHanded = head;
    }

    /** It has just been made, so nothing can have been handed out to it. */
    void added(StoredDevice device) {
        stored = Optional.of(device);
        perhapsHanded = 0;
    }

    void saved(long startedAt) {
        StoredDevice before = stored.orElseThrow();
        before.state().unacknowledged().saved();
        before.state().notHad().saved();
        before.state().ahead().saved();
        stored = Optional.of(new StoredDevice(before.no(), startedAt, before.version() + 1, before.state()));
    }

    /** What is in memory may be ahead of what is stored, or behind it; it is to be read again. */
    void doubt() {
        stored = Optional.empty();
        look = Optional.empty();
    }

    Optional<Look> look() {
        return look;
    }

    void looked(Look at) {
        look = Optional.of(at);
        servedFor.clear();
    }

    void handedOut(Revision item, long queued) {
        lately.put(item.sequenceVersion(), item);
        handedOut(item.sequenceVersion(), queued);
    }

    void handedOut(long revision, long queued) {
        handed.add(revision);
        if (revision != queued) {
            servedFor.put(revision, queued);
        }
    }

    /** A revision by its number, if it was handed out lately. */
    Optional<Revision> lately(long revision) {
        return Optional.ofNullable(lately.get(revision));
    }

    boolean mayHave(long revision) {
        return revision <= perhapsHanded || handed.contains(revision);
    }

    /**
     * A revision is acknowledged.
     *
     * @return the change that stood for it in the queue
     */
    long takeBack(long revision) {
        handed.remove(revision);
        lately.remove(revision);
        Long queued = servedFor.remove(revision);
        return queued == null ? revision : queued;
    }
}
