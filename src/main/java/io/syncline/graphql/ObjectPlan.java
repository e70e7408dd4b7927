package io.syncline.graphql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Copies the selected fields of a stored object: one pass finds where they are, a second writes them in the order asked for. Immutable.
 */
final class ObjectPlan {

    /** What is written for one response key. */
    sealed interface Output {

        /** The text of {@code __typename}, or another that does not depend on the object. */
        record Constant(String text) implements Output {}

        record SequenceVersion() implements Output {}

        record Stored(String field, ValuePlan value) implements Output {}
    }

    record Selected(String responseKey, Output output) {}

    private enum Kind {
        CONSTANT,
        SEQUENCE_VERSION,
        STORED
    }

    private static final class Step {

        private final Kind kind;
        private final byte[] prefix;
        private final int slot;
        private final Optional<ValuePlan> value;

        Step(Kind kind, byte[] prefix, int slot, Optional<ValuePlan> value) {
            this.kind = kind;
            this.prefix = prefix;
            this.slot = slot;
            this.value = value;
        }
    }

    private static final int[] NONE = {};

    /** Of the stored fields that are wanted, in the order in which they are stored. */
    private final byte[][] names;

    private final Step[] steps;

    private ObjectPlan(byte[][] names, Step[] steps) {
        this.names = names;
        this.steps = steps;
    }

    static ObjectPlan of(List<Selected> selection) {
        TreeSet<String> stored = new TreeSet<>();
        selection.forEach(selected -> {
            if (selected.output() instanceof Output.Stored field) {
                stored.add(field.field());
            }
        });
        List<String> names = List.copyOf(stored);
        Step[] steps = new Step[selection.size()];
        for (int at = 0; at < steps.length; at++) {
            Selected selected = selection.get(at);
            String prefix = (at == 0 ? "\"" : ",\"") + selected.responseKey() + "\":";
            steps[at] = step(prefix, selected.output(), names);
        }
        return new ObjectPlan(names.stream().map(ObjectPlan::ascii).toArray(byte[][]::new), steps);
    }

    private static Step step(String prefix, Output output, List<String> names) {
        if (output instanceof Output.Constant constant) {
            return new Step(Kind.CONSTANT, ascii(prefix + "\"" + constant.text() + "\""), -1, Optional.empty());
        }
        if (output instanceof Output.Stored stored) {
            return new Step(Kind.STORED, ascii(prefix), names.indexOf(stored.field()), Optional.of(stored.value()));
        }
        return new Step(Kind.SEQUENCE_VERSION, ascii(prefix), -1, Optional.empty());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes the selection of the object that starts at {@code start}.
     *
     * @return false if the library has to say what becomes of it; then what was written is of no use
     */
    boolean copy(byte[] json, int start, long sequenceVersion, ByteOutput out) {
        int[] places = places(json, start);
        out.write('{');
        for (Step step : steps) {
            out.write(step.prefix);
            switch (step.kind) {
                case CONSTANT -> {}
                case SEQUENCE_VERSION -> out.bigInt(sequenceVersion);
                case STORED -> {
                    int slot = 2 * step.slot;
                    if (!step.value.orElseThrow().copy(json, places[slot] - 1, places[slot + 1], out)) {
                        return false;
                    }
                }
            }
        }
        out.write('}');
        return true;
    }

    /** For each name, one more than where its value starts, and where it ends; zeroes for one that is not there. */
    private int[] places(byte[] json, int start) {
        if (names.length == 0) {
            return NONE;
        }
        int[] places = new int[2 * names.length];
        int wanted = 0;
        int at = start + 1;
        while (json[at] == '"') {
            int keyEnd = SnapshotScanner.endOfString(json, at) - 1;
            int value = keyEnd + 2;
            int end = SnapshotScanner.end(json, value);
            int order = SnapshotScanner.compare(json, at + 1, keyEnd, names[wanted]);
            while (order > 0 && ++wanted < names.length) {
                order = SnapshotScanner.compare(json, at + 1, keyEnd, names[wanted]);
            }
            if (wanted == names.length) {
                return places;
            }
            if (order == 0) {
                places[2 * wanted] = value + 1;
                places[2 * wanted + 1] = end;
                if (++wanted == names.length) {
                    return places;
                }
            }
            at = json[end] == ',' ? end + 1 : end;
        }
        return places;
    }
}
