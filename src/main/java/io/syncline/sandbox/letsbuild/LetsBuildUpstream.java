package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.ConstructionProject;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Edits;
import io.syncline.sandbox.upstream.LedgerUpstream;
import io.syncline.sandbox.upstream.RefusedException;
import io.syncline.sandbox.upstream.Reply;
import java.util.List;

/** LetsBuild as the sandbox imitates it: projects, contact details, forms and points. Thread-safe. */
public final class LetsBuildUpstream extends LedgerUpstream {
    private static final int REMEMBERED = 50_000;

    private final BrokenChanges broken = new BrokenChanges();
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
        super("letsbuild", Catalog.ENTITY_TYPES, REMEMBERED);
        Catalog catalog = Catalog.read();
        Derivation derivation = new Derivation(catalog, Vocabulary.read());
        this.graphql = new SyncGraphql(catalog, new SyncPages(ledger, new Cursors(generation), pageSize));
        this.door = new GraphqlDoor(graphql, broken, token);
        this.edits = new EditReader(catalog);
        this.life = new SiteLife(ledger, derivation, seed);
        life.begin(ConstructionProject.readAll());
    }

    @Override
    public Reply answer(Call call, Distortion distortion) {
        return door.answer(call, distortion);
    }

    @Override
    public void apply(List<Edit> wanted) throws RefusedException {
        new Edits(ledger, EditReader::id, (edit, present) -> edits.read(edit, present, graphql::addEnumValue))
                .apply(wanted);
    }

    @Override
    public void live() {
        life.next();
    }

    @Override
    public void heal() {
        broken.poison().heal(ledger);
    }
}
