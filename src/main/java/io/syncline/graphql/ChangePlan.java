package io.syncline.graphql;

import io.syncline.changelog.Change;
import java.util.List;
import java.util.Optional;

/** Writes the selected fields of changes. Immutable. */
final class ChangePlan {

    /** What is written for one response key. */
    enum Field {
        TYPE_NAME,
        DATA,
        ENTITY_ID,
        ENTITY_TYPE,
        OPERATION_TYPE,
        SEQUENCE_VERSION
    }

    /**
     * One response key.
     *
     * @param data what is selected on the snapshot; empty for any other field
     */
    record Selected(String responseKey, Field field, Optional<ObjectPlan> data) {}

    private static final class Step {

        private final byte[] prefix;
        private final Field field;
        private final Optional<ObjectPlan> data;

        /** The prefix ends with the value where that is the same for all changes. */
        Step(byte[] prefix, Field field, Optional<ObjectPlan> data) {
            this.prefix = prefix;
            this.field = field;
            this.data = data;
        }
    }

    private static final byte[] NULL = Plan.ascii("null");

    private final ServedType type;
    private final Step[] steps;

    ChangePlan(ServedType type, List<Selected> selection) {
        this.type = type;
        this.steps = new Step[selection.size()];
        for (int at = 0; at < steps.length; at++) {
            Selected selected = selection.get(at);
            String prefix = (at == 0 ? "{\"" : ",\"") + selected.responseKey() + "\":";
            steps[at] = new Step(Plan.ascii(prefix + constant(selected.field())), selected.field(), selected.data());
        }
    }

    private String constant(Field field) {
        return switch (field) {
            case TYPE_NAME -> '"' + type.changeName() + '"';
            case ENTITY_TYPE -> '"' + type.name() + '"';
            case DATA, ENTITY_ID, OPERATION_TYPE, SEQUENCE_VERSION -> "";
        };
    }

    /**
     * Writes the changes as a list.
     *
     * @return false if the library has to say what becomes of them; then what was written is of no use
     */
    boolean write(List<Change> changes, ByteOutput out) {
        out.write('[');
        for (int at = 0; at < changes.size(); at++) {
            if (at > 0) {
                out.write(',');
            }
            if (!write(changes.get(at), out)) {
                return false;
            }
        }
        out.write(']');
        return true;
    }

    private boolean write(Change change, ByteOutput out) {
        for (Step step : steps) {
            out.write(step.prefix);
            switch (step.field) {
                case TYPE_NAME, ENTITY_TYPE -> {}
                case ENTITY_ID -> out.string(change.entityId());
                case OPERATION_TYPE -> out.string(SyncWiring.operationType(change.operation()));
                case SEQUENCE_VERSION -> out.bigInt(change.sequenceVersion());
                case DATA -> {
                    if (change.data().isEmpty()) {
                        out.write(NULL);
                    } else if (!step.data.orElseThrow().copy(change.data().get(), 0, change.sequenceVersion(), out)) {
                        return false;
                    }
                }
            }
        }
        out.write('}');
        return true;
    }
}
