package io.syncline.sandbox.upstream;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes wanted changes in a ledger: all of them, or none. Thread-safe. */
public final class Edits {
    private final Ledger ledger;
    private final IdReader ids;
    private final DataReader data;

    /** Brings the id of an edit into its canonical form, or refuses it. */
    public interface IdReader {
        String read(Edit edit) throws RefusedException;
    }

    /** The entity after an edit, given what it was before; or a refusal. */
    public interface DataReader {
        Fields read(Edit edit, Optional<Fields> present) throws RefusedException;
    }

    public Edits(Ledger ledger, IdReader ids, DataReader data) {
        this.ledger = ledger;
        this.ids = ids;
        this.data = data;
    }

    public void apply(List<Edit> wanted) throws RefusedException {
        synchronized (ledger) {
            Map<String, Optional<Fields>> planned = new HashMap<>();
            Map<Edit, Optional<Fields>> steps = new LinkedHashMap<>();
            for (Edit edit : wanted) {
                String id = ids.read(edit);
                String key = edit.entityType() + "/" + id;
                Optional<Fields> present = planned.containsKey(key)
                        ? planned.get(key)
                        : ledger.find(edit.entityType(), id).flatMap(Ledger.Entry::data);
                Optional<Fields> after = after(edit, present);
                planned.put(key, after);
                steps.put(edit, after);
            }
            for (Map.Entry<Edit, Optional<Fields>> step : steps.entrySet()) {
                String entityType = step.getKey().entityType();
                String id = ids.read(step.getKey());
                step.getValue()
                        .ifPresentOrElse(
                                fields -> ledger.put(entityType, id, fields), () -> ledger.delete(entityType, id));
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
        return Optional.of(data.read(edit, present));
    }
}
