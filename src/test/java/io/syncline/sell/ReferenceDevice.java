package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a device must be told, said as simply as it can be: a record for each entity. */
final class ReferenceDevice {

    /** The newest revision of each entity, and what was before. */
    static final class Upstream {

        record Newest(long revision, boolean deleted, String name) {}

        private final Map<String, Newest> entities = new TreeMap<>();

        void put(String id, String name, long revision) {
            entities.put(id, new Newest(revision, false, name));
        }

        void delete(String id, long revision) {
            entities.put(id, new Newest(revision, true, ""));
        }

        Map<String, String> living() {
            Map<String, String> living = new TreeMap<>();
            entities.forEach((id, newest) -> {
                if (!newest.deleted()) {
                    living.put(id, newest.name());
                }
            });
            return living;
        }
    }

    /** What the device and Syncline know of each other about one entity. */
    private static final class Known {
        /** The living revision that was there at the last start; 0 for none. */
        private long queued;
        /** The newest one that may have been served and kept, for it was or nobody remembers that it was not. */
        private long met;
        /** The newest living revision that was acknowledged. */
        private long had;
        /** The newest delete that was acknowledged. */
        private long gone;
        /** An acknowledgement came too late, so that whether the device has the entity is anybody's guess. */
        private boolean unsure;

        boolean mayHave() {
            return Math.max(met, had) > gone;
        }

        boolean has() {
            return had > gone;
        }

        long acknowledged() {
            return Math.max(had, gone);
        }
    }

    private static final class Session {
        /** Entities to be handed out, each with the revision that was new at the start. */
        private final Map<String, Long> queue = new LinkedHashMap<>();

        /** Not if some of them may be handed out or not. */
        private boolean exact = true;
    }

    private record Received(String key, String id, boolean deleted, long revision) {}

    private final Upstream upstream;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Received> received = new LinkedHashMap<>();
    /** All keys, those of lost answers too. */
    private final Set<String> served = new HashSet<>();

    private final Map<String, String> replica = new TreeMap<>();
    private Optional<String> newestSession = Optional.empty();

    ReferenceDevice(Upstream upstream) {
        this.upstream = upstream;
    }

    /** What the client of the device holds, having applied all that it received. */
    Map<String, String> replica() {
        return replica;
    }

    List<String> sessions() {
        return List.copyOf(sessions.keySet());
    }

    List<String> keys() {
        return List.copyOf(received.keySet());
    }

    /** Keys of another device that would say something of this one if it was believed: it was never served them. */
    List<String> foreignKeys(ReferenceDevice other) {
        return other.received.keySet().stream()
                .filter(key -> !served.contains(key))
                .toList();
    }

    /** Sessions do not outlive the process. */
    void restarted() {
        known.values().forEach(about -> about.met = Math.max(about.met, about.queued));
        sessions.clear();
        newestSession = Optional.empty();
    }

    /** A start was answered: with a session, or with nothing new. */
    void started(Optional<SellSync.Started> answer) {
        Session session = new Session();
        Map<String, Long> perhaps = new LinkedHashMap<>();
        upstream.entities.forEach((id, newest) -> {
            Known about = known.computeIfAbsent(id, unknown -> new Known());
            if (isDue(about, newest)) {
                session.queue.put(id, newest.revision());
            } else if (about.unsure && newest.deleted() && newest.revision() > about.acknowledged()) {
                perhaps.put(id, newest.revision());
            }
            about.queued = newest.deleted() ? 0 : newest.revision();
        });
        int due = session.queue.size();
        long told = answer.map(SellSync.Started::totalCount).orElse(0L);
        assertThat(told)
                .as("due are %s, perhaps %s", session.queue, perhaps)
                .isBetween((long) due, (long) due + perhaps.size());
        if (told > due) {
            session.queue.putAll(perhaps);
            session.exact = told == due + perhaps.size();
        }
        newestSession = answer.map(started -> started.id().toString());
        newestSession.ifPresent(id -> sessions.put(id, session));
    }

    private static boolean isDue(Known about, Upstream.Newest newest) {
        return newest.revision() > about.acknowledged() && (!newest.deleted() || about.mayHave());
    }

    /**
     * A page was served, or the end.
     *
     * @param arrived whether the client received it
     */
    void served(String sessionId, Optional<JsonNode> page, int pageSize, boolean arrived) {
        Session session = sessions.get(sessionId);
        session.queue.entrySet().removeIf(queued -> known.get(queued.getKey()).acknowledged() >= queued.getValue());
        Set<String> served = new HashSet<>();
        page.ifPresent(present -> present.path("items").forEach(item -> {
            String id = item.at("/data/id").asText();
            assertThat(session.queue)
                    .as("what is in the queue and was not served")
                    .containsKey(id);
            session.queue.remove(id);
            known.get(id).met = Math.max(known.get(id).met, known.get(id).queued);
            assertItem(item, id);
            served.add(id);
            this.served.add(item.at("/meta/sync/ack_key").textValue());
            if (arrived) {
                receive(item, id);
            }
        }));
        // A later start may have taken what changed meanwhile out of an earlier session.
        if (session.exact && newestSession.equals(Optional.of(sessionId))) {
            long left = page.map(present -> present.at("/meta/count_left").longValue())
                    .orElse(0L);
            assertThat(left).isEqualTo(session.queue.size());
            assertThat(session.queue.isEmpty() || served.size() == pageSize)
                    .as("%s served, %s left", served, session.queue)
                    .isTrue();
        }
        page.ifPresent(present ->
                assertThat(present.at("/meta/count").intValue()).isPositive().isEqualTo(served.size()));
    }

    private void assertItem(JsonNode item, String id) {
        Upstream.Newest newest = upstream.entities.get(id);
        Known about = known.get(id);
        String event = item.at("/meta/sync/event_type").textValue();
        assertThat(item.at("/meta/sync/revision").longValue()).isEqualTo(newest.revision());
        assertThat(item.at("/meta/sync/ack_key").textValue()).isEqualTo("Lead-" + id + "-" + newest.revision());
        if (newest.deleted()) {
            assertThat(event).isEqualTo("deleted");
            assertThat(item.get("data")).hasToString("{\"id\":" + id + "}");
        } else {
            assertThat(item.at("/data/last_name").textValue()).isEqualTo(newest.name());
            if (!about.unsure) {
                assertThat(event).isEqualTo(about.has() ? "updated" : "created");
            }
        }
    }

    private void receive(JsonNode item, String id) {
        boolean deleted = item.at("/meta/sync/event_type").textValue().equals("deleted");
        String key = item.at("/meta/sync/ack_key").textValue();
        received.put(
                key,
                new Received(key, id, deleted, item.at("/meta/sync/revision").longValue()));
        if (deleted) {
            replica.remove(id);
        } else {
            replica.put(id, item.at("/data/last_name").textValue());
        }
    }

    /** Keys that the device received were acknowledged. */
    void acknowledged(List<String> keys) {
        for (String key : keys) {
            Received item = received.get(key);
            Known about = known.get(item.id());
            about.unsure = upstream.entities.get(item.id()).revision() != item.revision();
            if (item.deleted()) {
                about.gone = Math.max(about.gone, item.revision());
            } else {
                about.had = Math.max(about.had, item.revision());
            }
        }
    }
}
