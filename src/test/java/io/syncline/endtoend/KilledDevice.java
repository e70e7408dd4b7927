package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the clients of one device have been told and have acknowledged, and what follows from it for what they are told next, whenever the hub is
 * killed. Safe for use by many threads.
 */
final class KilledDevice {

    /**
     * What the clients hold of an entity.
     *
     * @param data empty once it is told as deleted
     */
    private record Held(long revision, Optional<JsonNode> data) {}

    /** What has been said of an entity, in nanoseconds of the machine's clock, which are large where it has not. */
    private static final class Said {
        /** When the first acknowledgement of it as living was sent: from then on the hub may know. */
        private long sentAt = Long.MAX_VALUE;
        /** When the first acknowledgement of it as living was answered: from then on the hub has to know. */
        private long takenAt = Long.MAX_VALUE;
        /** It was told as deleted, and what comes back after that is another story. */
        private boolean deleted;
    }

    private final String uuid = UUID.randomUUID().toString();
    private final Map<String, Held> replica = new TreeMap<>();
    private final Map<String, Said> said = new HashMap<>();
    private final Map<String, JsonNode> items = new HashMap<>();
    /** When acknowledgements were answered, by key. */
    private final Map<String, Long> acknowledged = new HashMap<>();

    String uuid() {
        return uuid;
    }

    /**
     * A page arrived.
     *
     * @param askedAt when it was asked for
     */
    synchronized void received(List<JsonNode> page, long askedAt) {
        for (JsonNode item : page) {
            String key = key(item);
            assertThat(acknowledged.getOrDefault(key, Long.MAX_VALUE))
                    .as("%s is told after it was acknowledged", key)
                    .isGreaterThan(askedAt);
            items.put(key, item);
            boolean deleted = isDeleted(item);
            Said about = said.computeIfAbsent(entity(item), first -> new Said());
            if (deleted) {
                assertThat(item.get("data")).hasSize(1);
            } else if (!about.deleted) {
                String event = item.at("/meta/sync/event_type").textValue();
                if (about.sentAt == Long.MAX_VALUE) {
                    assertThat(event).as("%s, never acknowledged", key).isEqualTo("created");
                } else if (about.takenAt < askedAt) {
                    assertThat(event).as("%s, acknowledged before", key).isEqualTo("updated");
                } else {
                    assertThat(event).isIn("created", "updated");
                }
            }
            about.deleted |= deleted;
            long revision = item.at("/meta/sync/revision").longValue();
            replica.merge(
                    entity(item),
                    new Held(revision, deleted ? Optional.empty() : Optional.of(item.get("data"))),
                    (before, now) -> now.revision() > before.revision() ? now : before);
        }
    }

    /** An acknowledgement is about to be sent. */
    synchronized void acknowledging(List<String> keys) {
        long now = System.nanoTime();
        living(keys).forEach(about -> about.sentAt = Math.min(about.sentAt, now));
    }

    /** An acknowledgement was answered. */
    synchronized void acknowledged(List<String> keys) {
        long now = System.nanoTime();
        keys.forEach(key -> acknowledged.merge(key, now, Math::min));
        living(keys).forEach(about -> about.takenAt = Math.min(about.takenAt, now));
    }

    private List<Said> living(List<String> keys) {
        return keys.stream()
                .map(items::get)
                .filter(item -> !isDeleted(item))
                .map(item -> said.get(entity(item)))
                .toList();
    }

    /** How many acknowledgements of items have been answered. */
    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /** The living entities that the clients hold. */
    synchronized Map<String, JsonNode> living() {
        Map<String, JsonNode> living = new TreeMap<>();
        replica.forEach((entity, held) -> held.data().ifPresent(data -> living.put(entity, data)));
        return living;
    }

    static String key(JsonNode item) {
        return item.at("/meta/sync/ack_key").textValue();
    }

    private static String entity(JsonNode item) {
        return item.at("/meta/type").textValue() + " " + item.at("/data/id").asText();
    }

    private static boolean isDeleted(JsonNode item) {
        return item.at("/meta/sync/event_type").textValue().equals("deleted");
    }
}
