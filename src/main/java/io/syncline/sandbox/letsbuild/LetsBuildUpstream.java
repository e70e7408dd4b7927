package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Operation;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import io.syncline.sandbox.upstream.Upstream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** LetsBuild as the sandbox imitates it: projects, contact details, forms and points. Thread-safe. */
public final class LetsBuildUpstream implements Upstream {
    private static final int REMEMBERED = 50_000;

    private final Ledger ledger = new Ledger(Catalog.ENTITY_TYPES, REMEMBERED);
    private final Poison poison = new Poison();
    private final SyncGraphql graphql;
    private final GraphqlDoor door;
    private final EditReader edits;
    private final SiteLife life;

    /**
     * @param token what callers have to send as bearer token
     * @param pageSize changes a page
     * @param seed decides what {@link #live()} does; the entities at the start are the same for every seed
     * @param generation told apart by cursors: those of another generation have expired
     */
    public LetsBuildUpstream(String token, int pageSize, long seed, String generation) {
        Catalog catalog = Catalog.read();
        Derivation derivation = new Derivation(catalog, Vocabulary.read());
        this.graphql = new SyncGraphql(catalog, new SyncPages(ledger, new Cursors(generation), pageSize));
        this.door = new GraphqlDoor(graphql, poison, token);
        this.edits = new EditReader(catalog);
        this.life = new SiteLife(ledger, derivation, seed);
        life.begin(ConstructionProject.readAll());
    }

    @Override
    public String source() {
        return "letsbuild";
    }

    @Override
    public String prefix() {
        return "/letsbuild/";
    }

    @Override
    public List<String> entityTypes() {
        return Catalog.ENTITY_TYPES;
    }

    @Override
    public Reply answer(Call call, Distortion distortion) {
        return door.answer(call, distortion);
    }

    @Override
    public int count(String entityType) {
        return ledger.count(entityType);
    }

    @Override
    public long sequence() {
        return ledger.head();
    }

    @Override
    public Map<String, Fields> living(String entityType) {
        return ledger.living(entityType);
    }

    @Override
    public void apply(List<Edit> wanted) throws RefusedException {
        synchronized (ledger) {
            Map<String, Optional<Fields>> planned = new HashMap<>();
            Map<Edit, Optional<Fields>> steps = new LinkedHashMap<>();
            for (Edit edit : wanted) {
                String key = edit.entityType() + "/" + EditReader.id(edit);
                Optional<Fields> present = planned.containsKey(key)
                        ? planned.get(key)
                        : ledger.find(edit.entityType(), EditReader.id(edit)).flatMap(Ledger.Entry::data);
                Optional<Fields> after = after(edit, present);
                planned.put(key, after);
                steps.put(edit, after);
            }
            for (Map.Entry<Edit, Optional<Fields>> step : steps.entrySet()) {
                String entityId = EditReader.id(step.getKey());
                if (step.getValue().isPresent()) {
                    ledger.put(
                            step.getKey().entityType(),
                            entityId,
                            step.getValue().get());
                } else {
                    ledger.delete(step.getKey().entityType(), entityId);
                }
            }
        }
    }

    @Override
    public void live() {
        life.next();
    }

    @Override
    public void heal() {
        synchronized (ledger) {
            for (Poison.Victim victim : poison.drainVictims()) {
                ledger.find(victim.entityType(), victim.entityId())
                        .flatMap(Ledger.Entry::data)
                        .ifPresent(data -> ledger.put(victim.entityType(), victim.entityId(), data));
            }
        }
    }

    private Optional<Fields> after(Edit edit, Optional<Fields> present) throws RefusedException {
        if (edit.operation() == Operation.DELETED) {
            return Optional.empty();
        }
        if (edit.operation() == Operation.CREATED && present.isPresent()) {
            throw new RefusedException(
                    409, "entity_exists", "There is already such an entity: update it.", edit.path("entityId"));
        }
        if (edit.operation() == Operation.UPDATED && present.isEmpty()) {
            throw new RefusedException(
                    404, "unknown_entity", "There is no such entity: create it.", edit.path("entityId"));
        }
        return Optional.of(edits.read(edit, present, graphql::addEnumValue));
    }
}
