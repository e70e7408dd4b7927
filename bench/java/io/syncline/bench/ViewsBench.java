package io.syncline.bench;

import io.syncline.Syncline;
import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.View;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What views cost: reading by views that see one project in a hundred each beside one that sees all, without HTTP, which hides a part of it, and with; a grant
 * of a project of {@value #BIG} entities; and a thousand views in memory and on disk.
 *
 * <p>There are {@code syncline.bench.view-entities} (100,000) entities beside those of the large project.
 */
final class ViewsBench implements Workload {

    private static final Mark ENTITY_ID = new Mark("\"entityId\":");

    private static final int ENTITIES = Integer.getInteger("syncline.bench.view-entities", 100_000);
    private static final int BIG = 50_000;
    private static final int PROJECTS = 100;
    private static final int VIEWS = 1_000;
    private static final int PAGE = 500;
    private static final int ROUNDS = 5;
    private static final String LARGE = "large";
    private static final FeedQuery ALL = new FeedQuery("changes", Set.of(), Optional.empty());

    private final Store.Kind kind;

    ViewsBench(Store.Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "views-" + kind.word();
    }

    /** A principal that has read all it may see. */
    private record Reader(String token, String cursor) {}

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Store store = setup.store(kind, "views");
        List<Reader> all = new ArrayList<>();
        List<Reader> some = new ArrayList<>();
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC());
                Access access = Access.open(changelog, database, Clock.systemUTC(), List.of())) {
            Bed bed = new Bed(database, changelog, access);
            all.add(bed.reader("all", Grant.Extent.whole(Records.INTEGRATION)));
            for (int project = 0; project < PROJECTS; project++) {
                some.add(bed.reader("some-" + project, bed.project("p" + project)));
            }
            bed.fill();
            reading(bed, table, all, some);
            granting(bed, table);
            keeping(bed, table);
        }
        readingOverHttp(setup, store, table, all, some);
    }

    private void reading(Bed bed, Table table, List<Reader> all, List<Reader> some) throws Exception {
        Rounds.Result later =
                Rounds.compare(ROUNDS, () -> bed.rate(some, Reader::cursor), () -> bed.rate(all, Reader::cursor));
        table.compared("a view of 1% after its cursor, beside one of all, " + kind.title(), "rows/s", later, "0.5");
        Rounds.Result first =
                Rounds.measure(ROUNDS, () -> bed.rate(some, reader -> ""), () -> bed.rate(all, reader -> ""));
        table.compared("the same from the beginning", "rows/s", first, "");
    }

    private void readingOverHttp(Setup setup, Store store, Table table, List<Reader> all, List<Reader> some)
            throws Exception {
        int port = FreePort.next();
        Syncline syncline = Hub.serve(setup, store, port);
        try (HttpReader http = new HttpReader(port)) {
            long rowsOfAll = drain(http, all, true);
            long rowsOfSome = drain(http, some, true);
            Rounds.Result later =
                    Rounds.compare(ROUNDS, () -> rate(http, some, rowsOfSome), () -> rate(http, all, rowsOfAll));
            table.compared(
                    "a view of 1% after its cursor, beside one of all, plain feed over HTTP, " + kind.title(),
                    "rows/s",
                    later,
                    "0.5");
        } finally {
            syncline.close();
        }
    }

    private static double rate(HttpReader http, List<Reader> readers, long rows) throws IOException {
        long started = System.nanoTime();
        drain(http, readers, false);
        return Rounds.rate(rows, started);
    }

    /** @return how many rows came, if they are to be counted */
    private static long drain(HttpReader http, List<Reader> readers, boolean counting) throws IOException {
        long rows = 0;
        for (Reader reader : readers) {
            String cursor = reader.cursor();
            do {
                http.exchange(request(reader.token(), cursor));
                rows += counting ? http.count(ENTITY_ID) : 0;
                cursor = http.lastOf("\"cursor\":\"");
            } while (http.endsAround("\"hasmore\":true"));
        }
        return rows;
    }

    private static byte[] request(String token, String cursor) {
        return new String(Requests.get("/api/changes?limit=" + PAGE + "&cursor=" + cursor), StandardCharsets.UTF_8)
                .replace(Requests.TOKEN, token)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void granting(Bed bed, Table table) {
        double[] grants = new double[ROUNDS];
        double[] pages = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Reader reader = bed.reader("granted-" + round, bed.project("none"));
            long started = System.nanoTime();
            bed.access.grant(Optional.empty(), "granted-" + round, bed.project(LARGE));
            long granted = System.nanoTime();
            bed.read(reader, reader.cursor());
            grants[round] = (granted - started) / 1e6;
            pages[round] = (System.nanoTime() - granted) / 1e6;
        }
        table.told(
                "a grant of a project of 50,000 entities, " + kind.title(),
                Table.number("%.1f ms", Rounds.median(grants)),
                Table.number("first page after it %.1f ms", Rounds.median(pages)),
                "milliseconds");
    }

    private void keeping(Bed bed, Table table) {
        List<Reader> readers = new ArrayList<>();
        long disk = bed.bytesOnDisk();
        long memory = memory();
        for (int view = 0; view < VIEWS; view++) {
            readers.add(bed.reader("reader-" + view, bed.project("p" + view)));
        }
        table.told(
                Table.number("1,000 views over %,.0f entities, ", ENTITIES + BIG) + kind.title(),
                Table.number("%,.0f kB of memory", (memory() - memory) / 1e3),
                Table.number("%,.0f kB of disk", (bed.bytesOnDisk() - disk) / 1e3),
                "no copy");
        if (readers.size() != VIEWS) {
            throw new IllegalStateException("the readers are kept until memory is measured");
        }
    }

    private static long memory() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A changelog whose projects change in turn, and who may see what. */
    private record Bed(Database database, Changelog changelog, Access access) {

        Grant.Extent project(String project) {
            return new Grant.Extent(Records.INTEGRATION, Optional.of(project), Set.of());
        }

        Reader reader(String principal, Grant.Extent extent) {
            String token = access.issue(principal, Set.of(TokenScope.SYNC)).secret();
            access.grant(Optional.empty(), principal, extent);
            String cursor = "";
            boolean more = true;
            while (more) {
                FeedPage page = read(new Reader(token, cursor), cursor);
                cursor = page.cursor();
                more = page.hasMore();
            }
            return new Reader(token, cursor);
        }

        FeedPage read(Reader reader, String cursor) {
            View view = access.caller(reader.token()).orElseThrow().view();
            return changelog.read(view, ALL, Optional.of(cursor).filter(text -> !text.isEmpty()), PAGE);
        }

        void fill() {
            Records records = new Records(7);
            int made = 0;
            while (made < ENTITIES + BIG) {
                Page page = records.pages(1, PAGE).get(0);
                List<Observed> observed = new ArrayList<>();
                for (Observed one : page.observed()) {
                    String project = made % 3 == 2 && made / 3 < BIG ? LARGE : "p" + made % PROJECTS;
                    observed.add(in((Observed.Present) one, project));
                    made++;
                }
                changelog.append(new Page(
                        page.integrationId(),
                        page.stream(),
                        0,
                        Optional.empty(),
                        observed,
                        List.of(),
                        page.checkpoint()));
            }
            // As the databases do by themselves after a while.
            String settle = database.dialect() == Database.Dialect.POSTGRESQL ? "VACUUM ANALYZE" : "ANALYZE";
            database.jdbi().useHandle(handle -> handle.execute(settle));
        }

        private static Observed in(Observed.Present one, String project) {
            return new Observed.Present(
                    one.entityType(),
                    one.entityId(),
                    one.snapshot(),
                    Optional.of(project),
                    one.version(),
                    one.partial(),
                    one.occurredAt());
        }

        /** Rows a second of readers who read from a cursor to the end, one after the other. */
        double rate(List<Reader> readers, Function<Reader, String> from) {
            long started = System.nanoTime();
            long rows = 0;
            for (Reader reader : readers) {
                String cursor = from.apply(reader);
                boolean more = true;
                while (more) {
                    FeedPage page = read(reader, cursor);
                    rows += page.changes().size();
                    cursor = page.cursor();
                    more = page.hasMore();
                }
            }
            return Rounds.rate(rows, started);
        }

        long bytesOnDisk() {
            String size = database.dialect() == Database.Dialect.POSTGRESQL
                    ? "SELECT pg_database_size(current_database())"
                    : "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
            return database.jdbi()
                    .withHandle(
                            handle -> handle.createQuery(size).mapTo(Long.class).one());
        }
    }
}
