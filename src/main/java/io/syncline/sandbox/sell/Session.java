package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.Ledger.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The queue of one session: what was due at its start, each item handed out once and read at its freshest. Guarded by
 * the ledger's monitor.
 */
final class Session {
    /** One thing to serve: the newest entry and whether the device has acknowledged the entity before. */
    record Item(Entry entry, boolean known) {}

    /** Some items and how many are left after them. */
    record Portion(List<Item> items, int left) {}

    private final Device device;
    private final String deviceId;
    private final Deque<Device.Key> waiting;
    private Optional<Portion> last = Optional.empty();

    Session(String deviceId, Device device) {
        this.deviceId = deviceId;
        this.device = device;
        this.waiting = new ArrayDeque<>(device.due());
    }

    boolean belongsTo(String otherDeviceId) {
        return deviceId.equals(otherDeviceId);
    }

    int size() {
        return waiting.size();
    }

    /** The next items; empty at the end. */
    Portion take(int limit) {
        List<Item> items = new ArrayList<>();
        while (items.size() < limit && !waiting.isEmpty()) {
            Device.Key key = waiting.remove();
            if (device.isDue(key)) {
                boolean known = device.knows(key);
                device.served(key);
                device.freshest(key).ifPresent(entry -> items.add(new Item(entry, known)));
            }
        }
        waiting.removeIf(key -> !device.isDue(key));
        Portion portion = new Portion(items, waiting.size());
        last = Optional.of(portion);
        return portion;
    }

    /** What was handed out last. */
    Optional<Portion> last() {
        return last;
    }
}
