package io.syncline.bench;

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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What views cost, without HTTP, which would hide it: reading by a view that sees one project in a hundred beside one that sees all; idle polls
 * of ten thousand views beside those of one; a grant of a project of {@value #BIG} entities; and a thousand views in memory and on disk.
 *
 * <p>There are {@code syncline.bench.view-entities} (100,000) entities beside those of the large project.
 */
final class ViewsBench implements Workload {

    private static final int ENTITIES = Integer.getInteger("syncline.bench.view-entities", 100_000);
    private static final int BIG = 50_000;
    private static final int PROJECTS = 100;
    private static final int VIEWS = 10_000;
    private static final int FEWER_VIEWS = 1_000;
    private static final int PAGE = 500;
    private static final int ROUNDS = 5;
    private static final int POLLS = 100_000;
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
        try (Database database = setup.store(kind, "views").open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC());
                Access access = Access.open(changelog, database, Clock.systemUTC(), List.of())) {
            Bed bed = new Bed(database, changelog, access);
            Reader all = bed.reader("all", Grant.Extent.whole(Records.INTEGRATION));
            Reader some = bed.reader("some", bed.project("p7"));
            bed.fill();
            reading(bed, table, all, some);
            granting(bed, table);
            idling(bed, table);
        }
    }

    private void reading(Bed bed, Table table, Reader all, Reader some) throws Exception {
        Rounds.Result later =
                Rounds.compare(ROUNDS, () -> bed.rate(some, some.cursor()), () -> bed.rate(all, all.cursor()));
        table.compared("a view of 1% after its cursor, beside one of all, " + kind.title(), "rows/s", later, "0.5");
        Rounds.Result first = Rounds.measure(ROUNDS, () -> bed.rate(some, ""), () -> bed.rate(all, ""));
        table.compared("the same from the beginning", "rows/s", first, "");
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

    private void idling(Bed bed, Table table) throws Exception {
        List<Reader> readers = new ArrayList<>();
        long disk = bed.bytesOnDisk();
        long memory = memory();
        for (int view = 0; view < FEWER_VIEWS; view++) {
            readers.add(bed.reader("reader-" + view, bed.project("p" + view)));
        }
        table.told(
                Table.number("1,000 views over %,.0f entities, ", ENTITIES + BIG) + kind.title(),
                Table.number("%,.0f kB of memory", (memory() - memory) / 1e3),
                Table.number("%,.0f kB of disk", (bed.bytesOnDisk() - disk) / 1e3),
                "no copy");
        for (int view = FEWER_VIEWS; view < VIEWS; view++) {
            readers.add(bed.reader("reader-" + view, bed.project("p" + view)));
        }
        List<Reader> one = List.of(readers.get(0));
        Rounds.Result idle = Rounds.compare(ROUNDS, () -> bed.polls(readers), () -> bed.polls(one));
        table.compared("idle polls of 10,000 views, beside those of one, " + kind.title(), "polls/s", idle, "0.8");
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
            database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
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

        /** Rows a second from a cursor to the end. */
        double rate(Reader reader, String from) {
            long started = System.nanoTime();
            long rows = 0;
            String cursor = from;
            boolean more = true;
            while (more) {
                FeedPage page = read(reader, cursor);
                rows += page.changes().size();
                cursor = page.cursor();
                more = page.hasMore();
            }
            return Rounds.rate(rows, started);
        }

        double polls(List<Reader> readers) {
            long started = System.nanoTime();
            for (int poll = 0; poll < POLLS; poll++) {
                Reader reader = readers.get(poll % readers.size());
                if (!read(reader, reader.cursor()).changes().isEmpty()) {
                    throw new IllegalStateException("an idle poll was told of a change");
                }
            }
            return Rounds.rate(POLLS, started);
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
