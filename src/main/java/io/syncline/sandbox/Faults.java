package io.syncline.sandbox;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The faults in force, at most one set for each source. Thread-safe. */
final class Faults {
    private final Map<String, ActiveFault> active = new ConcurrentHashMap<>();

    /** Puts a fault in the place of what was there. */
    void put(String source, Fault fault) {
        end(active.put(source, new ActiveFault(fault)));
    }

    void remove(String source) {
        end(active.remove(source));
    }

    /** The fault for a request that begins now, which is thereby counted. */
    Optional<ActiveFault> begin(String source) {
        return Optional.ofNullable(active.get(source)).filter(ActiveFault::begin);
    }

    /** What was put and is not used up, by source. */
    Map<String, Object> show() {
        Map<String, Object> shown = new TreeMap<>();
        active.forEach((source, fault) -> {
            if (fault.inForce()) {
                shown.put(source, fault.fault().asPut());
            }
        });
        return shown;
    }

    private static void end(ActiveFault former) {
        if (former != null) {
            former.end();
        }
    }
}
