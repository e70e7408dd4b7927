package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.Distortion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Breaks records on their way out, each next one in another way: no id, an id that is none, a wrong type, a date that
 * is none, no object at all. Remembers which, so that they can be sent again whole. Thread-safe.
 */
final class Poison {
    private static final List<Breakage> BREAKAGES = List.of(
            (change, data) -> {
                change.remove("entityId");
                data.remove("id");
            },
            (change, data) -> setFirst(data, List.of("name", "subject", "displayName"), Map.of("text", List.of(1, 2))),
            (change, data) -> setFirst(data, List.of("isArchived", "isDisabled"), "perhaps"),
            (change, data) -> change.put("data", "<entity>"),
            (change, data) -> {
                change.put("entityId", "not-a-uuid");
                data.put("id", "not-a-uuid");
            },
            (change, data) -> setFirst(data, List.of("date", "startDate", "projectId"), "the day after tomorrow"));

    private final Set<Victim> victims = new LinkedHashSet<>();
    private int turn;

    /** An entity that was served broken. */
    record Victim(String entityType, String entityId) {}

    private interface Breakage {
        void apply(Map<String, Object> change, Map<String, Object> data);
    }

    /** Breaks records of the answer as the distortion wants it; changes under aliased names are left alone. */
    @SuppressWarnings("unchecked")
    void apply(Map<String, Object> body, Distortion distortion) {
        if (!(body.get("data") instanceof Map<?, ?> syncs)) {
            return;
        }
        for (Object sync : syncs.values()) {
            if (sync instanceof Map<?, ?> page && page.get("changes") instanceof List<?> changes) {
                breakSome((List<Map<String, Object>>) changes, distortion);
            }
        }
    }

    /** All entities that were served broken since the last call; the ways of breaking begin anew. */
    synchronized List<Victim> drainVictims() {
        List<Victim> drained = new ArrayList<>(victims);
        victims.clear();
        turn = 0;
        return drained;
    }

    private void breakSome(List<Map<String, Object>> changes, Distortion distortion) {
        boolean first = true;
        for (Map<String, Object> change : changes) {
            if (change.get("entityId") instanceof String entityId
                    && change.get("entityType") instanceof String entityType
                    && change.get("data") instanceof Map<?, ?> data) {
                if (distortion.takePoison(entityId, first)) {
                    breakOne(new Victim(entityType, entityId), change, data);
                }
                first = false;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private synchronized void breakOne(Victim victim, Map<String, Object> change, Map<?, ?> data) {
        victims.add(victim);
        BREAKAGES.get(turn).apply(change, (Map<String, Object>) data);
        turn = (turn + 1) % BREAKAGES.size();
    }

    private static void setFirst(Map<String, Object> data, List<String> fields, Object value) {
        String field = fields.stream().filter(data::containsKey).findFirst().orElse("id");
        data.put(field, value);
    }
}
