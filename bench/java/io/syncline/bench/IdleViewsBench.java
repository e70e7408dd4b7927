package io.syncline.bench;

import io.syncline.Syncline;
import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.View;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Idle polls of ten thousand principals, each of whom sees a project of its own, as authenticated requests of the plain feed, beside as many polls of
 * one of them; in one process and by the same client as {@link IdleBench}. And what one more grant costs among so many.
 */
final class IdleViewsBench implements Workload {

    private static final int VIEWS = 10_000;
    private static final int CONNECTIONS = 32;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 60_000;
    private static final int GRANTS = 101;
    private static final int PAGE = 500;
    private static final FeedQuery ALL = new FeedQuery("changes", Set.of(), Optional.empty());

    @Override
    public String name() {
        return "idle-views";
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Store store = setup.store(Store.Kind.SQLITE, "idle-views");
        List<byte[]> polls = polls(store, table);
        int port = FreePort.next();
        Syncline syncline = Hub.serve(setup, store, port);
        try (PollingClient many = new PollingClient(port, CONNECTIONS, polls);
                PollingClient one = new PollingClient(port, CONNECTIONS, polls.subList(0, 1))) {
            Rounds.Result idle = Rounds.compare(ROUNDS, () -> run(many), () -> run(one));
            table.compared("idle polls of 10,000 views over HTTP, beside those of one", "polls/s", idle, "0.8");
        } finally {
            syncline.close();
        }
    }

    private static double run(PollingClient client) throws IOException {
        return client.run(REQUESTS).perSecond();
    }

    /** Makes the principals, each with a cursor behind which there is nothing new, and the requests that they send from then on. */
    private static List<byte[]> polls(Store store, Table table) throws Exception {
        List<byte[]> polls = new ArrayList<>();
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            List<String> projects = new ArrayList<>();
            for (Page page : new Records(5).pages(VIEWS / PAGE, PAGE)) {
                changelog.append(page);
                page.observed()
                        .forEach(one ->
                                projects.add(((Observed.Present) one).scope().orElseThrow()));
            }
            double alone = grant(changelog, database);
            writePrincipals(database, projects);
            table.told(
                    "a grant among 10,000 principals, SQLite",
                    Table.number("%.1f ms", grant(changelog, database)),
                    Table.number("among none %.1f ms", alone),
                    "milliseconds");
            try (Access access = Access.open(changelog, database, Clock.systemUTC(), List.of())) {
                for (int reader = 0; reader < VIEWS; reader++) {
                    polls.add(poll(changelog, access, token(reader)));
                }
            }
        }
        return polls;
    }

    /** What it takes the granter, in milliseconds. */
    private static double grant(Changelog changelog, Database database) {
        double[] grants = new double[GRANTS];
        try (Access access = Access.open(changelog, database, Clock.systemUTC(), List.of())) {
            for (int round = 0; round < GRANTS; round++) {
                long started = System.nanoTime();
                Grant grant = access.grant("granted", "integration-" + round);
                grants[round] = (System.nanoTime() - started) / 1e6;
                access.revokeGrant(grant.id());
            }
        }
        return Rounds.median(grants);
    }

    /** Straight into the tables, for one by one ten thousand take minutes. */
    private static void writePrincipals(Database database, List<String> projects) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        database.jdbi().useTransaction(handle -> {
            PreparedBatch tokens = handle.prepareBatch(
                    "INSERT INTO token (id, hash, principal, scopes, created_at) VALUES (?, ?, ?, 'sync', 0)");
            PreparedBatch grants = handle.prepareBatch(
                    "INSERT INTO access_grant (id, principal, integration_id, scope, created_at) VALUES (?, ?, ?, ?, 0)");
            for (int reader = 0; reader < VIEWS; reader++) {
                String name = "reader-" + reader;
                tokens.add(name, sha256.digest(token(reader).getBytes(StandardCharsets.US_ASCII)), name);
                grants.add(name, name, Records.INTEGRATION, projects.get(reader));
            }
            tokens.execute();
            grants.execute();
        });
    }

    private static String token(int reader) {
        return String.format("%064d", reader);
    }

    private static byte[] poll(Changelog changelog, Access access, String token) {
        View view = access.caller(token).orElseThrow().view();
        FeedPage page = changelog.read(view, ALL, Optional.empty(), PAGE);
        if (page.hasMore() || page.changes().size() != 1) {
            throw new IllegalStateException(
                    "a view of one project sees " + page.changes().size() + " changes");
        }
        String request =
                new String(Requests.get("/api/changes?limit=500&cursor=" + page.cursor()), StandardCharsets.UTF_8);
        return request.replace(Requests.TOKEN, token).getBytes(StandardCharsets.UTF_8);
    }
}
