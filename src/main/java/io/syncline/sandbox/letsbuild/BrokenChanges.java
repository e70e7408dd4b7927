package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Poison;
import java.util.List;
import java.util.Map;

/**
 * Breaks changes of an answer: no id, a wrong type, no object at all, an id that is none, a date that is none.
 * Thread-safe.
 */
final class BrokenChanges {
    private static final List<Poison.Breakage> WAYS = List.of(
            change -> {
                change.remove("entityId");
                data(change).remove("id");
            },
            change -> setFirst(change, List.of("name", "subject", "displayName"), Map.of("text", List.of(1, 2))),
            change -> setFirst(change, List.of("isArchived", "isDisabled"), "perhaps"),
            change -> change.put("data", "<entity>"),
            change -> {
                change.put("entityId", "not-a-uuid");
                data(change).put("id", "not-a-uuid");
            },
            change -> setFirst(change, List.of("date", "startDate", "projectId"), "the day after tomorrow"));

    private final Poison poison = new Poison(WAYS);

    Poison poison() {
        return poison;
    }

    /** Breaks changes as the distortion wants it; those under aliased names are left alone. */
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

    private void breakSome(List<Map<String, Object>> changes, Distortion distortion) {
        boolean first = true;
        for (Map<String, Object> change : changes) {
            if (change.get("entityId") instanceof String entityId
                    && change.get("entityType") instanceof String entityType
                    && change.get("data") instanceof Map) {
                poison.offer(entityType, entityId, change, first, distortion);
                first = false;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Map<String, Object> change) {
        return (Map<String, Object>) change.get("data");
    }

    private static void setFirst(Map<String, Object> change, List<String> fields, Object value) {
        Map<String, Object> data = data(change);
        data.put(fields.stream().filter(data::containsKey).findFirst().orElse("id"), value);
    }
}
