package io.syncline.sandbox.upstream;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Breaks records on their way out, each next one in another way, and remembers which, so that they can be sent again
 * whole. Thread-safe.
 */
public final class Poison {
    private final List<Breakage> breakages;
    private final Set<Victim> victims = new LinkedHashSet<>();
    private int turn;

    /** One way to break a record. */
    public interface Breakage {
        /** Breaks the record, which is as the protocol serves it, in place. */
        void apply(Map<String, Object> record);
    }

    /** An entity that was served broken. */
    public record Victim(String entityType, String entityId) {}

    public Poison(List<Breakage> breakages) {
        this.breakages = List.copyOf(breakages);
    }

    /** Breaks the record if the distortion wants it. */
    public void offer(
            String entityType,
            String entityId,
            Map<String, Object> record,
            boolean firstOfPage,
            Distortion distortion) {
        if (distortion.takePoison(entityId, firstOfPage)) {
            synchronized (this) {
                victims.add(new Victim(entityType, entityId));
                breakages.get(turn).apply(record);
                turn = (turn + 1) % breakages.size();
            }
        }
    }

    /** Puts all that were served broken since the last call into the ledger again, where they still live. */
    public void heal(Ledger ledger) {
        heal(ledger, UnaryOperator.identity());
    }

    /** As {@link #heal(Ledger)}, each as it is after a change that nobody sees but by the time it tells. */
    public void heal(Ledger ledger, UnaryOperator<Fields> touch) {
        for (Victim victim : drainVictims()) {
            synchronized (ledger) {
                ledger.find(victim.entityType(), victim.entityId())
                        .flatMap(Ledger.Entry::data)
                        .ifPresent(data -> ledger.put(victim.entityType(), victim.entityId(), touch.apply(data)));
            }
        }
    }

    private synchronized List<Victim> drainVictims() {
        List<Victim> drained = new ArrayList<>(victims);
        victims.clear();
        turn = 0;
        return drained;
    }
}
