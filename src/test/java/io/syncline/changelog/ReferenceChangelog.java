package io.syncline.changelog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the changelog means, in memory and without compaction, as simply as it can be said. */
final class ReferenceChangelog {

    private record Key(String integrationId, String entityType, String entityId) {}

    private record State(Optional<String> json, Optional<String> scope, long version) {}

    private final List<Change> changes = new ArrayList<>();
    private final Map<Key, State> latest = new HashMap<>();
    private final Map<Operation, Integer> counts = new HashMap<>();

    void append(Page page, long now) {
        for (Observed observed : page.observed()) {
            Key key = new Key(page.integrationId(), observed.entityType(), observed.entityId());
            State before = latest.getOrDefault(key, new State(Optional.empty(), Optional.empty(), Long.MIN_VALUE));
            if (observed instanceof Observed.Present present) {
                present(key, before, present, now);
            } else if (before.json().isPresent()) {
                latest.put(key, new State(Optional.empty(), Optional.empty(), before.version()));
                add(key, Operation.DELETED, observed, Optional.empty(), now);
            }
        }
    }

    private void present(Key key, State before, Observed.Present present, long now) {
        if (present.version().isPresent() && present.version().getAsLong() < before.version()) {
            return;
        }
        String json = new String(present.snapshot().bytes(), StandardCharsets.UTF_8);
        State after =
                new State(Optional.of(json), present.scope(), present.version().orElse(before.version()));
        latest.put(key, after);
        if (!before.json().equals(after.json()) || !before.scope().equals(after.scope())) {
            add(
                    key,
                    before.json().isPresent() ? Operation.UPDATED : Operation.CREATED,
                    present,
                    Optional.of(present.snapshot().bytes()),
                    now);
        }
    }

    private void add(Key key, Operation operation, Observed observed, Optional<byte[]> data, long now) {
        counts.merge(operation, 1, Integer::sum);
        changes.add(new Change(
                changes.size() + 1L,
                key.integrationId(),
                key.entityType(),
                key.entityId(),
                operation,
                observed.occurredAt().map(java.time.Instant::toEpochMilli).orElse(now),
                data));
    }

    List<Change> changes() {
        return changes;
    }

    int count(Operation operation) {
        return counts.getOrDefault(operation, 0);
    }
}
