package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one device was served and has acknowledged. Guarded by its ledger's monitor. */
final class Device {
    /** Which entity of all. */
    record Key(String entityType, String entityId) {}

    private static final class Seen {
        private long acknowledged;
    }

    private final Ledger ledger;
    private final Map<Key, Seen> seen = new HashMap<>();

    Device(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Everything that this device has not acknowledged in its newest form. */
    List<Key> due() {
        List<Key> due = new ArrayList<>();
        for (String entityType : ledger.entityTypes()) {
            for (Entry entry : ledger.newest(entityType)) {
                Key key = new Key(entityType, entry.entityId());
                if (isDue(key)) {
                    due.add(key);
                }
            }
        }
        for (Key key : seen.keySet()) {
            if (ledger.find(key.entityType(), key.entityId()).isEmpty() && isDue(key)) {
                due.add(key);
            }
        }
        return due;
    }

    /** Whether there is something about the entity that this device has not acknowledged. */
    boolean isDue(Key key) {
        long acknowledged = seen.containsKey(key) ? seen.get(key).acknowledged : 0;
        return freshest(key).filter(entry -> entry.sequence() > acknowledged).isPresent();
    }

    /** The newest of the entity; a delete only where this device has been served the entity. */
    Optional<Entry> freshest(Key key) {
        return ledger.find(key.entityType(), key.entityId())
                .or(() ->
                        seen.containsKey(key) ? ledger.findDelete(key.entityType(), key.entityId()) : Optional.empty());
    }

    /** Whether this device has ever acknowledged the entity since it last began to exist. */
    boolean knows(Key key) {
        return seen.containsKey(key) && seen.get(key).acknowledged > 0;
    }

    void served(Key key) {
        seen.computeIfAbsent(key, unseen -> new Seen());
    }

    /** An acknowledgement of an older revision counts for that alone; one of what was never served, not at all. */
    void acknowledge(Key key, long revision) {
        Seen known = seen.get(key);
        if (known == null || revision > ledger.head()) {
            return;
        }
        known.acknowledged = Math.max(known.acknowledged, revision);
        boolean gone = ledger.findDelete(key.entityType(), key.entityId())
                .filter(delete -> delete.sequence() == revision)
                .isPresent();
        if (gone) {
            seen.remove(key);
        }
    }
}
