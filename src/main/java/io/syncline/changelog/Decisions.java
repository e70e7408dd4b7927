package io.syncline.changelog;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What of a page is a change: each thing seen is held against the latest state, in order. For one use by one thread. */
final class Decisions {

    private final List<Observed> observed;
    private final byte[][] digests;
    private final Latest[] latest;
    private final Map<EntityCollection, Map<String, Latest>> byCollection = new LinkedHashMap<>();
    private final List<NewChange> changes = new ArrayList<>();
    private int created;
    private int updated;
    private int deleted;
    private int unchanged;
    private int stale;

    /** Does what can be done before a connection is held. */
    Decisions(List<Observed> observed, Function<String, EntityCollection> collections) {
        this.observed = observed;
        this.digests = new byte[observed.size()][];
        this.latest = new Latest[observed.size()];
        MessageDigest sha256 = Sha256.fresh();
        String type = "";
        EntityCollection collection = null;
        Map<String, Latest> entities = Map.of();
        for (int i = 0; i < digests.length; i++) {
            Observed one = observed.get(i);
            if (one instanceof Observed.Present present) {
                digests[i] = present.snapshot().digest(sha256);
            }
            if (!one.entityType().equals(type)) {
                type = one.entityType();
                collection = collections.apply(type);
                entities = byCollection.computeIfAbsent(collection, c -> new LinkedHashMap<>());
            }
            Latest known = entities.get(one.entityId());
            if (known == null) {
                known = new Latest(collection, one.entityId());
                entities.put(one.entityId(), known);
            }
            latest[i] = known;
        }
    }

    /** The entities that the page speaks of, by collection and id, in its order, to be filled with what is stored of them before deciding. */
    Map<EntityCollection, Map<String, Latest>> entities() {
        return byCollection;
    }

    void decide(long now) {
        for (int i = 0; i < latest.length; i++) {
            Observed one = observed.get(i);
            long occurredAt = one.occurredAt().map(Instant::toEpochMilli).orElse(now);
            if (one instanceof Observed.Present present) {
                decide(present, digests[i], latest[i], occurredAt);
            } else {
                decideGone(latest[i], occurredAt);
            }
        }
    }

    private void decide(Observed.Present present, byte[] digest, Latest entity, long occurredAt) {
        if (entity.isNewerThan(present.version())) {
            stale++;
            return;
        }
        String scope = present.scope().orElse(null);
        if (entity.shows(digest, scope)) {
            entity.seenAgain(present.version(), present.partial());
            unchanged++;
            return;
        }
        Operation operation = entity.living() ? Operation.UPDATED : Operation.CREATED;
        if (operation == Operation.CREATED) {
            created++;
        } else {
            updated++;
        }
        add(entity, operation, occurredAt, scope, present.snapshot());
        entity.present(-changes.size(), digest, scope, present.version(), present.partial());
    }

    private void decideGone(Latest entity, long occurredAt) {
        if (!entity.living()) {
            unchanged++;
            return;
        }
        deleted++;
        add(entity, Operation.DELETED, occurredAt, null, null);
        entity.gone(-changes.size());
    }

    private void add(Latest entity, Operation operation, long occurredAt, String scope, Snapshot snapshot) {
        changes.add(new NewChange(
                entity.collection,
                entity.entityId,
                operation,
                entity.seq(),
                entity.first() == 0 ? -1 - changes.size() : entity.first(),
                occurredAt,
                scope,
                entity.scope(),
                snapshot));
    }

    List<NewChange> changes() {
        return changes;
    }

    /** The entities whose latest state the page changed. */
    List<Latest> touched() {
        List<Latest> touched = new ArrayList<>();
        for (Map<String, Latest> entities : byCollection.values()) {
            Collection<Latest> all = entities.values();
            for (Latest entity : all) {
                if (entity.touched()) {
                    touched.add(entity);
                }
            }
        }
        return touched;
    }

    Appended appended(int quarantined, long head) {
        return new Appended(created, updated, deleted, unchanged, stale, quarantined, head);
    }
}
