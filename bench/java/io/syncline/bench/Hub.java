package io.syncline.bench;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Page;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running Syncline over a changelog of {@value #CHANGES} forms of one integration and one page of forms of another, with the constant
 * routes beside its own; and the same rows once more for whoever reads them plainly.
 */
final class Hub implements AutoCloseable {

    static final int CHANGES = 50_000;
    static final int PAGE = 500;
    /** The integration with one page of forms. */
    static final String QUIET = "quiet";

    private final Syncline syncline;
    private final Database rows;
    private final int port;

    private Hub(Syncline syncline, Database rows, int port) {
        this.syncline = syncline;
        this.rows = rows;
        this.port = port;
    }

    static Hub start(Setup setup, Store.Kind kind) throws IOException, SQLException {
        Store served = setup.store(kind, "hub");
        fill(served);
        int port = FreePort.next();
        Syncline syncline = serve(setup, served, port);
        return new Hub(syncline, plainRows(setup, served).open(), port);
    }

    /** Starts Syncline over a store, with the constant routes beside its own. */
    static Syncline serve(Setup setup, Store store, int port) throws IOException {
        Path folder = setup.folder("hub-" + port);
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", folder.resolve("data").toString(),
                "syncline.routes",
                        ConstantRoutes.copiedTo(folder.resolve("routes")).toString(),
                "syncline.db.url", store.url(),
                "syncline.db.user", store.user(),
                "syncline.db.password", store.password(),
                "syncline.admin.token", Requests.TOKEN));
        return Syncline.start(Settings.of(properties));
    }

    /** A SQLite file is held by one process's one user, so the plain reader gets its own. */
    private static Store plainRows(Setup setup, Store served) throws IOException, SQLException {
        if (served.kind() == Store.Kind.POSTGRESQL) {
            return served;
        }
        Store copy = setup.store(served.kind(), "rows");
        fill(copy);
        return copy;
    }

    private static void fill(Store store) {
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            for (Page page : new Records(1).pages(CHANGES / PAGE, PAGE)) {
                changelog.append(page);
            }
            Page one = new Records(2).pages(1, PAGE).get(0);
            changelog.append(
                    new Page(QUIET, "forms", 0, Optional.empty(), one.observed(), List.of(), one.checkpoint()));
            gatherStatistics(database);
        }
    }

    /** As the databases do by themselves after a while, so that both readers meet the plans of a day and not of the first second. */
    private static void gatherStatistics(Database database) {
        database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
    }

    int port() {
        return port;
    }

    /** The database to read the same rows from plainly. */
    Database rows() {
        return rows;
    }

    @Override
    public void close() {
        rows.close();
        syncline.close();
    }
}
