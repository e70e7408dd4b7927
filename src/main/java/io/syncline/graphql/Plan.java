package io.syncline.graphql;

import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.CursorException;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A compiled query made of sync fields: reads the feeds and copies what is selected from stored bytes into the response. Whatever goes wrong is
 * left to the library, which is asked for the whole request again. Immutable but for a guess at the response's length; safe for use by many
 * threads.
 */
final class Plan {

    private static final byte[] DATA = ascii("{\"data\":{");
    private static final int LEAST_ROOM = 512;
    private static final int MOST_ROOM_GUESSED = 1 << 20;

    /** A field's argument: a value, or the variable that gives it. */
    record Argument(Optional<String> variable, Optional<Object> constant) {

        static final Argument ABSENT = new Argument(Optional.empty(), Optional.empty());

        Optional<Object> value(Map<String, Object> variables) {
            return variable.isPresent() ? Optional.ofNullable(variables.get(variable.get())) : constant;
        }
    }

    /** A variable that the operation declares. */
    record Variable(String name, boolean text, boolean required, Optional<Object> defaultValue) {}

    /** What is written for a response key of the query itself. */
    sealed interface Root {

        String responseKey();

        record TypeName(String responseKey) implements Root {}

        record Sync(
                String responseKey,
                ServedType type,
                Argument cursor,
                Argument limit,
                Argument integrationId,
                ChangeSetPlan changeSet)
                implements Root {}
    }

    /** Something that only the library can answer. */
    private static final class NotCovered extends RuntimeException {

        NotCovered() {
            super(null, null, false, false);
        }
    }

    private final List<Variable> variables;
    private final List<Root> roots;
    private final AtomicInteger room = new AtomicInteger(LEAST_ROOM);

    Plan(List<Variable> variables, List<Root> roots) {
        this.variables = List.copyOf(variables);
        this.roots = List.copyOf(roots);
    }

    /**
     * The response, as the library would write it.
     *
     * @return empty if the library has to be asked
     */
    Optional<ByteBuffer> run(Changelog changelog, RequestContext context, Map<String, Object> given) {
        ByteOutput out = new ByteOutput(room.get());
        try {
            Map<String, Object> coerced = coerced(given);
            out.write(DATA);
            for (int at = 0; at < roots.size(); at++) {
                Root root = roots.get(at);
                if (at > 0) {
                    out.write(',');
                }
                out.write('"');
                out.ascii(root.responseKey());
                if (root instanceof Root.Sync sync) {
                    out.ascii("\":");
                    write(changelog, context, sync, coerced, out);
                } else {
                    out.ascii("\":\"Query\"");
                }
            }
            out.write('}');
            out.write('}');
        } catch (NotCovered | CursorException | IndexOutOfBoundsException left) {
            context.startAgain();
            return Optional.empty();
        }
        room.set(Math.min(MOST_ROOM_GUESSED, Math.max(LEAST_ROOM, out.length() + out.length() / 8)));
        return Optional.of(out.buffer());
    }

    private static void write(
            Changelog changelog,
            RequestContext context,
            Root.Sync sync,
            Map<String, Object> variables,
            ByteOutput out) {
        context.checkTime();
        int limit = (Integer) sync.limit().value(variables).orElse(SyncSchema.DEFAULT_LIMIT);
        if (limit < 1 || limit > SyncSchema.MAX_LIMIT) {
            throw new NotCovered();
        }
        Optional<String> cursor = sync.cursor().value(variables).map(String.class::cast);
        Optional<String> integrationId = sync.integrationId().value(variables).map(String.class::cast);
        FeedQuery query = sync.type().query(integrationId);
        long head = sync.changeSet().tellsMaxSequence() ? changelog.head(context.view(), query) : 0;
        FeedPage page = changelog.read(context.view(), query, cursor, limit);
        List<Change> changes = page.changes();
        context.read(changes.size());
        if (!sync.changeSet().write(page, head, out)) {
            throw new NotCovered();
        }
    }

    /** Only what is of its type at first sight; the library knows the rules for the rest. */
    private Map<String, Object> coerced(Map<String, Object> given) {
        Map<String, Object> coerced = given;
        for (Variable variable : variables) {
            Object value = given.get(variable.name());
            if (value == null) {
                boolean byDefault = variable.defaultValue().isPresent() && !given.containsKey(variable.name());
                if (byDefault) {
                    coerced = with(coerced, variable);
                } else if (variable.required()) {
                    throw new NotCovered();
                }
            } else if (variable.text() ? !(value instanceof String) : !(value instanceof Integer)) {
                throw new NotCovered();
            }
        }
        return coerced;
    }

    private static Map<String, Object> with(Map<String, Object> values, Variable variable) {
        Map<String, Object> more = new HashMap<>(values);
        more.put(variable.name(), variable.defaultValue().orElseThrow());
        return more;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
