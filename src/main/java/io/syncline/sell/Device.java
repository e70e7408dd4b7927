package io.syncline.sell;

import io.syncline.changelog.View;
import io.syncline.sell.DeviceWriter.Pending;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** A device in memory. Everything but the key is for the thread that holds the lock. */
final class Device {

    /**
     * What the changelog was when it was last looked at for this device.
     *
     * @param head of the feed that the view selects
     * @param collections the numbers of the collections in sight
     * @param at when, in milliseconds of the clock
     */
    record Look(View view, Set<String> entityTypes, long head, Set<Integer> collections, long at) {}

    final DeviceKey key;
    final ReentrantLock lock = new ReentrantLock();

    /** Empty until it is read, and again when what is here may not be what is stored. */
    private Optional<StoredDevice> stored = Optional.empty();

    private Optional<Look> look = Optional.empty();

    private final Lately lately = new Lately();

    /** What is to be served next, as far as is known. */
    private long[] expected = {};

    /** What is stored as promised once the last write is, until it is given out. */
    private Optional<Promise> promise = Optional.empty();

    /** Since the device was read. It is stored only if all before it are. */
    private Optional<Pending> lastWrite = Optional.empty();

    /** Of what was served fresher than it stood in the queue: the change that stands for it there. */
    private final Map<Long, Long> servedFor = new HashMap<>();

    Device(DeviceKey key) {
        this.key = key;
    }

    Optional<StoredDevice> stored() {
        return stored;
    }

    void loaded(StoredDevice device) {
        stored = Optional.of(device);
        lastWrite = Optional.empty();
    }

    /** What has changed is on its way to the disk, and what changes from now on comes after it. */
    void writing(DeviceWrite write, Optional<Promise> promised, Pending pending) {
        promise = promised;
        lastWrite = Optional.of(pending);
        DeviceState state = stored.orElseThrow().state();
        state.saved();
        stored = Optional.of(new StoredDevice(write.no(), write.startedAt(), write.nextVersion(), state));
    }

    Optional<Pending> lastWrite() {
        return lastWrite;
    }

    void expects(long[] changes) {
        expected = changes;
    }

    /** A promise of what is expected; empty if that is nothing, or has been served or acknowledged by now. */
    Optional<Promise> nextPromise(DeviceState state) {
        if (!state.served().containsNone(expected) || !state.unacknowledged().containsAll(expected)) {
            return Optional.empty();
        }
        return expected.length == 0
                ? Optional.empty()
                : Optional.of(new Promise(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), expected));
    }

    /** Whether these items are promised by the last write, which may still be on its way to the disk. */
    boolean promises(PageItems items) {
        return promise.filter(promised -> promised.isOf(items)).isPresent();
    }

    /** The promise that is stored, for the one who gives it out, if it is of just these items. Not while it is still on its way to the disk. */
    Optional<Promise> claimPromise(PageItems items) {
        Optional<Promise> claimed = promise.filter(stored ->
                stored.isOf(items) && lastWrite.filter(Pending::isWritten).isPresent());
        if (claimed.isPresent()) {
            promise = Optional.empty();
        }
        return claimed;
    }

    /** What is in memory may be ahead of what is stored, or behind it; it is to be read again. */
    void doubt() {
        promise = Optional.empty();
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

    void served(PageItems page) {
        lately.add(page);
        if (page.isAsQueued()) {
            return;
        }
        for (int at = 0; at < page.count(); at++) {
            Served item = page.get(at);
            long revision = item.revision().sequenceVersion();
            if (revision != item.queued()) {
                servedFor.put(revision, item.queued());
            }
        }
    }

    /** An item by its revision, if it was served lately. */
    Optional<Served> lately(long revision) {
        return lately.find(revision);
    }

    /** The page that a payload acknowledges, if it is just one that was served lately. */
    Optional<PageItems> lately(byte[] payload) {
        return lately.acknowledgedBy(payload);
    }

    /** The change that stood for a revision in the queue, as far as is known. */
    long queued(long revision) {
        return servedFor.isEmpty() ? revision : servedFor.getOrDefault(revision, revision);
    }

    /** Revisions are acknowledged. */
    void acknowledged(long[] revisions) {
        lately.dropAcknowledged(stored.orElseThrow().state().served());
        if (!servedFor.isEmpty()) {
            for (long revision : revisions) {
                servedFor.remove(revision);
            }
        }
    }
}
