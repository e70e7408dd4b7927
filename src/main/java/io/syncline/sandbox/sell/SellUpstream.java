package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Edits;
import io.syncline.sandbox.upstream.FieldTypes;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.LedgerUpstream;
import io.syncline.sandbox.upstream.Poison;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import java.util.List;
import java.util.Map;

/** Sell as the sandbox imitates it: real companies, and people, deals, notes and tasks about them. Thread-safe. */
public final class SellUpstream extends LedgerUpstream {
    private static final int REMEMBERED = 20_000;
    private static final List<Poison.Breakage> WAYS = List.of(
            item -> data(item).remove("id"),
            item -> data(item).put("id", "seven"),
            item -> data(item).put("name", Map.of("text", 1)),
            item -> data(item).put("created_at", 1_356_642_000),
            item -> item.put("data", "<entity>"),
            item -> item.remove("meta"));

    private final FieldTypes types;
    private final Poison poison = new Poison(WAYS);
    private final SellDoor door;
    private final SalesLife life;

    /**
     * Begins with the first day of the companies' history.
     *
     * @param token what callers have to send as bearer token
     * @param pageSize items a page
     * @param seed decides what {@link #live()} does beside the history
     */
    public SellUpstream(String token, int pageSize, long seed) {
        this(FieldTypes.read("/sandbox/sell/types.json"), token, pageSize, seed);
    }

    private SellUpstream(FieldTypes types, String token, int pageSize, long seed) {
        super("sell", types.entityTypes(), REMEMBERED);
        this.types = types;
        this.door = new SellDoor(ledger, poison, token, pageSize);
        this.life = new SalesLife(ledger, new SellRecords(types), seed);
        life.begin();
    }

    @Override
    public Reply answer(Call call, Distortion distortion) {
        return door.answer(call, distortion);
    }

    @Override
    protected Map<String, Object> shown(Fields fields) {
        return fields.toMapOfPresent();
    }

    @Override
    public void apply(List<Edit> wanted) throws RefusedException {
        new Edits(ledger, SellUpstream::id, (edit, present) -> types.read(edit, present, Long.parseLong(id(edit))))
                .apply(wanted);
    }

    @Override
    public void live() {
        life.next();
    }

    @Override
    public void heal() {
        poison.heal(ledger);
    }

    /** How many changes of the companies' published history are still to be replayed. */
    public int historyToCome() {
        return life.toCome();
    }

    private static String id(Edit edit) throws RefusedException {
        if (!edit.entityId().matches("[1-9]\\d{0,17}")) {
            throw RefusedException.invalid(edit.path("entityId"), "An id here is a whole number above 0.");
        }
        return edit.entityId();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> data(Map<String, Object> item) {
        return (Map<String, Object>) item.get("data");
    }
}
