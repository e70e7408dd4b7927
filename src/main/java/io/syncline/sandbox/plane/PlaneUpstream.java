package io.syncline.sandbox.plane;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Edits;
import io.syncline.sandbox.upstream.FieldTypes;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.LedgerUpstream;
import io.syncline.sandbox.upstream.Operation;
import io.syncline.sandbox.upstream.Poison;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Plane as the sandbox imitates it: the workspace {@code syncline} with the work on the City's projects. Thread-safe. */
public final class PlaneUpstream extends LedgerUpstream {
    private static final int REMEMBERED = 1_000;
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final List<Poison.Breakage> WAYS = List.of(
            record -> record.remove("id"),
            record -> record.put("id", 7),
            record -> record.put("name", Map.of("text", 1)),
            record -> record.put("created_at", "last week"),
            record -> record.put("project", List.of()));

    private final FieldTypes types;
    private final Poison poison = new Poison(WAYS);
    private final PlaneDoor door;
    private final OfficeLife life;

    /**
     * Begins with the same work on every machine.
     *
     * @param key what callers have to send as {@code X-API-Key}
     * @param requestsPerMinute what the key allows
     * @param seed decides what {@link #live()} does
     * @param clock for the rate limit alone
     */
    public PlaneUpstream(String key, int requestsPerMinute, long seed, InstantSource clock) {
        this(FieldTypes.read("/sandbox/plane/types.json"), key, requestsPerMinute, seed, clock);
    }

    private PlaneUpstream(FieldTypes types, String key, int requestsPerMinute, long seed, InstantSource clock) {
        super("plane", types.entityTypes(), REMEMBERED);
        this.types = types;
        this.door = new PlaneDoor(ledger, poison, key, new RateLimit(requestsPerMinute, clock));
        this.life = new OfficeLife(ledger, new PlaneRecords(types), seed);
        life.begin();
    }

    @Override
    public Reply answer(Call call, Distortion distortion) {
        return door.answer(call, distortion);
    }

    @Override
    public void apply(List<Edit> wanted) throws RefusedException {
        synchronized (ledger) {
            List<Fields> comments = comments(wanted);
            new Edits(ledger, PlaneUpstream::id, this::read).apply(withDependents(wanted));
            comments.forEach(life::touchWorkItem);
        }
    }

    /** The comments that are edited, as they are or as they will be. */
    private List<Fields> comments(List<Edit> wanted) throws RefusedException {
        List<Fields> comments = new ArrayList<>();
        for (Edit edit : wanted) {
            if (edit.entityType().equals("comment")) {
                ledger.find("comment", id(edit))
                        .flatMap(Ledger.Entry::data)
                        .or(() -> Optional.of(Fields.of(types.shape("comment"), edit.data())))
                        .ifPresent(comments::add);
            }
        }
        return comments;
    }

    /** The entity after the edit; one that no list would show is refused. It counts as changed now, where the edit tells no time. */
    private Fields read(Edit edit, Optional<Fields> present) throws RefusedException {
        Fields fields = types.read(edit, present, id(edit));
        if (present.isEmpty()) {
            fields = withDefaults(fields);
        }
        if (!edit.data().containsKey("updated_at")) {
            fields = life.touched(fields);
        }
        if (fields.get("created_at").isEmpty()) {
            fields = fields.with("created_at", fields.text("updated_at"));
        }
        for (Map.Entry<String, String> link :
                Map.of("project", "project", "issue", "work_item").entrySet()) {
            boolean linked = fields.shape().has(link.getKey());
            if (linked
                    && ledger.find(link.getValue(), fields.text(link.getKey())).isEmpty()) {
                throw RefusedException.invalid(
                        edit.path("data." + link.getKey()), "Expected the id of a living " + link.getValue() + ".");
            }
        }
        return fields;
    }

    /** Plane asks for these where something is created. */
    private static Fields withDefaults(Fields fields) {
        Fields filled = fields;
        for (Map.Entry<String, Object> required : Map.<String, Object>of(
                        "name", "Untitled", "identifier", "NEW", "is_member", true)
                .entrySet()) {
            if (filled.shape().has(required.getKey())
                    && filled.get(required.getKey()).isEmpty()) {
                filled = filled.with(required.getKey(), required.getValue());
            }
        }
        return filled;
    }

    /** What goes takes along what hangs on it. */
    private List<Edit> withDependents(List<Edit> wanted) throws RefusedException {
        List<Edit> all = new ArrayList<>();
        for (Edit edit : wanted) {
            if (edit.operation() == Operation.DELETED) {
                String id = id(edit);
                String link = edit.entityType().equals("project") ? "project" : "issue";
                for (String entityType : types.entityTypes()) {
                    ledger.living(entityType).forEach((dependent, fields) -> {
                        if (fields.text(link).equals(id)) {
                            all.add(new Edit(edit.index(), Operation.DELETED, entityType, dependent, Map.of()));
                        }
                    });
                }
            }
            all.add(edit);
        }
        return all;
    }

    @Override
    public void live() {
        life.next();
    }

    @Override
    public void heal() {
        poison.heal(ledger, life::touched);
    }

    private static String id(Edit edit) throws RefusedException {
        if (!UUID_TEXT.matcher(edit.entityId()).matches()) {
            throw RefusedException.invalid(edit.path("entityId"), "An id here is a UUID.");
        }
        return edit.entityId().toLowerCase(Locale.ROOT);
    }
}
