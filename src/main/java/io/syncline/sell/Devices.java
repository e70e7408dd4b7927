package io.syncline.sell;

import io.syncline.sell.DeviceWriter.Durability;
import io.syncline.sell.DeviceWriter.Pending;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The devices in memory, and what they are served. Safe for use by many threads, which are let at one device one after the other.
 *
 * <p>While a write of a device is under way, others go on with what it makes of the device: what is in memory may be ahead of what is stored. That
 * is safe because a write is stored only over the one that it was made after, so none is ever stored without those before it, and because nothing
 * is told to a client before the write that it follows from is stored: a page not before the write that counts it as served, an
 * acknowledgement not before its own and all before it. Where a write fails, what is in memory is read again.
 */
final class Devices {

    /** Kept in memory; another is read when it comes. */
    private static final int MOST_IN_MEMORY = 1_000;
    /** Two nodes can get in each other's way, but not for ever. */
    static final int ATTEMPTS = 10;

    private final DeviceStore store;
    /** Guarded by itself. */
    private final Map<DeviceKey, Device> inMemory = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceKey, Device> eldest) {
            return size() > MOST_IN_MEMORY;
        }
    };

    Devices(DeviceStore store) {
        this.store = store;
    }

    /** Does something with a device while no other thread does. */
    <T> T locked(DeviceKey key, Function<Device, T> action) {
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

    /** A device as it is stored, read if it is not in memory; empty if there is no such device. For who holds the lock. */
    Optional<StoredDevice> known(Device device) {
        if (device.stored().isEmpty()) {
            device.lastWrite().ifPresent(Pending::settle);
            store.load(device.key).ifPresent(device::loaded);
        }
        return device.stored();
    }

    /** Begins to write what has changed of a device. For who holds the lock, and who is to see afterwards whether it {@link #isWritten}. */
    Pending write(Device device, long startedAt, Optional<Promise> promise, Durability durability) {
        StoredDevice stored = device.stored().orElseThrow();
        DeviceWrite write = DeviceWrite.of(stored, startedAt, promise);
        Pending pending = store.write(write, durability);
        device.writing(write, promise, pending);
        return pending;
    }

    /**
     * Waits for a write. For who does not hold the lock.
     *
     * @return whether it was written; not if the device has been changed elsewhere, and then it is read again
     */
    boolean isWritten(DeviceKey key, Pending pending) {
        boolean written = false;
        try {
            written = pending.await();
            return written;
        } finally {
            if (!written) {
                locked(key, device -> {
                    device.doubt();
                    return true;
                });
            }
        }
    }

    /**
     * Writes what has changed of a device, and waits for that. For who holds the lock.
     *
     * @return whether it was written; not if it has been changed elsewhere, and then it is to be read again
     */
    boolean save(Device device, long startedAt) {
        boolean written = write(device, startedAt, Optional.empty(), Durability.OUTLIVES_PROCESS)
                .await();
        if (!written) {
            device.doubt();
        }
        return written;
    }

    /** Sees to it that the device is read again if another node has changed it, and tells whether it has. For who holds the lock. */
    boolean doubtIfChangedElsewhere(Device device) {
        if (store.isAlone()) {
            return false;
        }
        device.lastWrite().ifPresent(Pending::settle);
        if (device.stored().filter(stored -> !store.isCurrent(stored)).isEmpty()) {
            return false;
        }
        device.doubt();
        return true;
    }

    static SellException changedElsewhere() {
        return new SellException(503, "temporarily_unavailable", "The device is being changed elsewhere; try again.");
    }

    /**
     * Lets a session of a device read or take from what the device has not acknowledged; empty if there is no such device.
     *
     * @param action is given the device's state, which it leaves as it is
     */
    <T> Optional<T> reading(DeviceKey key, Function<DeviceState, T> action) {
        return locked(key, device -> known(device).map(stored -> action.apply(stored.state())));
    }

    /**
     * Lets a session take from what its device has not acknowledged, to be made before it is asked for; empty if there is nothing, or no such device.
     *
     * @param action is given the device's state, which it leaves as it is
     */
    <T> Optional<T> taking(Session session, Function<DeviceState, Optional<T>> action) {
        return locked(session.device(), device -> {
            Optional<T> taken = known(device).flatMap(stored -> action.apply(stored.state()));
            device.expects(session.expected());
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

    /**
     * What has become of a page.
     *
     * @param write that it waits for; empty for none
     * @param promised whether that write is of a promise of it
     */
    private record GivenOut(long left, Optional<Pending> write, boolean promised) {}

    /**
     * Takes in what a page has, before the page is given out: only what is known to have been served can be acknowledged, also after a crash.
     *
     * @return how much is left after it; empty if the page may not be given out, as what is on it has been acknowledged meanwhile, or the device has
     *     been changed elsewhere
     */
    OptionalLong serve(Session session, MadePage page) {
        DeviceKey key = session.device();
        Optional<GivenOut> given = locked(key, device -> {
            Optional<StoredDevice> stored = known(device);
            if (stored.isEmpty() || !page.isDue(stored.get().state())) {
                return Optional.empty();
            }
            DeviceState state = stored.get().state();
            page.tell(state);
            boolean clear =
                    state.serve(page.items(), page.taken(), page.origin().view());
            device.served(page.items());
            session.giveBack(page.unread());
            device.expects(session.expected());
            long left = session.left(state.unacknowledged());
            if (page.items().isEmpty() || (clear && giveOutPromised(device, page.items()))) {
                return Optional.of(new GivenOut(left, Optional.empty(), false));
            }
            boolean promised = clear && device.promises(page.items());
            return Optional.of(
                    new GivenOut(left, promised ? device.lastWrite() : Optional.of(writeServed(device)), promised));
        });
        boolean served = given.isPresent()
                && (given.get().write().isEmpty()
                        || isWritten(key, given.get().write().get()))
                && (!given.get().promised() || giveOutLate(key, page.items()));
        return served ? OptionalLong.of(given.get().left()) : OptionalLong.empty();
    }

    private Pending writeServed(Device device) {
        return write(device, device.stored().orElseThrow().startedAt(), Optional.empty(), Durability.OUTLIVES_PROCESS);
    }

    /** Gives out what is stored as promised, which needs no transaction, if that is just what these items are. */
    private boolean giveOutPromised(Device device, PageItems items) {
        Optional<Promise> promise = device.claimPromise(items);
        promise.ifPresent(claimed -> store.giveOut(device.stored().orElseThrow(), claimed));
        return promise.isPresent();
    }

    /**
     * Gives out what was promised by a write that is stored by now. If a write has taken the promise's place meanwhile, it has the items as served.
     *
     * @return whether they may be given out; not if the device has been read again meanwhile
     */
    private boolean giveOutLate(DeviceKey key, PageItems items) {
        Late late = locked(key, device -> {
            if (giveOutPromised(device, items)) {
                return new Late(true, Optional.empty());
            }
            Optional<DeviceState> state = known(device).map(StoredDevice::state).filter(current -> current.served()
                    .containsAll(items.revisions()));
            return new Late(
                    state.isPresent(),
                    state.filter(DeviceState::hasChanged)
                            .map(changed -> writeServed(device))
                            .or(device::lastWrite));
        });
        return late.served()
                && (late.write().isEmpty() || isWritten(key, late.write().get()));
    }

    /** @param write that has them as served */
    private record Late(boolean served, Optional<Pending> write) {}

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
}
