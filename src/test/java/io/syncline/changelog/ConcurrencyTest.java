package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.present;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many appenders and many readers at once, on one node and on two. */
class ConcurrencyTest extends OnBothDatabases {

    private static final int APPENDERS = 6;
    private static final int PAGES = 40;
    private static final int RECORDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void noReaderMissesOrRepeatsAChangeWhileManyAppend() throws Exception {
        appendersAndReaders(List.of(changelog));
    }

    @Test
    void noReaderMissesOrRepeatsAChangeOnEitherOfTwoNodes() throws Exception {
        if (dialect == Database.Dialect.POSTGRESQL) {
            try (Changelog other = opened()) {
                appendersAndReaders(List.of(changelog, other));
            }
        }
    }

    private void appendersAndReaders(List<Changelog> nodes) throws Exception {
        AtomicInteger appending = new AtomicInteger(APPENDERS);
        List<Future<Integer>> appenders = new ArrayList<>();
        for (int i = 0; i < APPENDERS; i++) {
            int appender = i;
            appenders.add(threads.submit(() -> {
                try {
                    return append(nodes.get(appender % nodes.size()), appender);
                } finally {
                    appending.decrementAndGet();
                }
            }));
        }
        List<Future<List<Change>>> everything = new ArrayList<>();
        List<Future<List<Change>>> someTypes = new ArrayList<>();
        List<Future<List<Change>>> oneIntegration = new ArrayList<>();
        FeedQuery types = new FeedQuery("some", Set.of("Type1", "Type3"), Optional.empty());
        FeedQuery integration = new FeedQuery("one", Set.of(), Optional.of("crm2"));
        for (Changelog node : nodes) {
            everything.add(threads.submit(follower(node, ALL, 7, appending)));
            everything.add(threads.submit(follower(node, ALL, 500, appending)));
            someTypes.add(threads.submit(follower(node, types, 50, appending)));
            oneIntegration.add(threads.submit(follower(node, integration, 50, appending)));
        }

        int appended = 0;
        for (Future<Integer> appender : appenders) {
            appended += get(appender);
        }
        List<Change> truth = drain(changelog);
        assertThat(sequences(truth))
                .isEqualTo(LongStream.rangeClosed(1, appended).boxed().toList());
        for (Future<List<Change>> reader : everything) {
            assertThat(sequences(get(reader))).isEqualTo(sequences(truth));
        }
        for (Future<List<Change>> reader : someTypes) {
            assertThat(sequences(get(reader)))
                    .isEqualTo(sequences(truth.stream()
                            .filter(change -> types.entityTypes().contains(change.entityType()))
                            .toList()));
        }
        for (Future<List<Change>> reader : oneIntegration) {
            assertThat(sequences(get(reader)))
                    .isEqualTo(sequences(truth.stream()
                            .filter(change -> change.integrationId().equals("crm2"))
                            .toList()));
        }
    }

    /** New types come up all the time, so that followers meet collections that they did not know. */
    private static int append(Changelog node, int appender) {
        Random random = new Random(appender);
        int changes = 0;
        for (int number = 0; number < PAGES; number++) {
            List<Observed> observed = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                String type = "Type" + random.nextInt(1 + number / 8);
                String id = "e" + random.nextInt(30);
                observed.add(random.nextInt(6) == 0 ? gone(type, id) : present(type, id, "state " + random.nextInt(4)));
            }
            changes += node.append(page("crm" + appender, Integer.toString(number), observed))
                    .changes();
        }
        return changes;
    }

    /** Reads on until the appenders are done and the feed holds nothing more. */
    private static Callable<List<Change>> follower(
            Changelog node, FeedQuery query, int limit, AtomicInteger appending) {
        return () -> {
            List<Change> read = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            long quietUntil = Long.MAX_VALUE;
            while (System.nanoTime() < quietUntil) {
                FeedPage page = node.read(EVERYTHING, query, cursor, limit);
                cursor = Optional.of(page.cursor());
                read.addAll(page.changes());
                if (!page.changes().isEmpty() || appending.get() > 0) {
                    quietUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
                }
            }
            return read;
        };
    }

    private static List<Long> sequences(List<Change> changes) {
        return changes.stream().map(Change::sequenceVersion).toList();
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Test
    void appendersOfOneIntegrationTakeTurns() throws Exception {
        List<Observed> same = IntStream.range(0, 50)
                .<Observed>mapToObj(i -> form("e" + i, "same"))
                .toList();
        List<Future<Appended>> appenders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            appenders.add(threads.submit(() -> changelog.append(page("crm", "checkpoint", same))));
        }

        int created = 0;
        for (Future<Appended> appender : appenders) {
            created += get(appender).created();
        }
        assertThat(created).isEqualTo(50);
        assertThat(changelog.head()).isEqualTo(50);
    }

    @Test
    void appendsAndReadsGoOnWhileCompacting() throws Exception {
        ReferenceChangelog expected = new ReferenceChangelog();
        AtomicInteger appending = new AtomicInteger(1);
        Future<List<Change>> reader = threads.submit(follower(changelog, ALL, 50, appending));
        Future<Integer> compactions = threads.submit(() -> {
            int runs = 0;
            while (appending.get() > 0) {
                changelog.compact(new Retention(Duration.ofDays(1), Duration.ofDays(1_000)));
                runs++;
            }
            return runs;
        });
        Random random = new Random(5);
        for (int number = 0; number < 100; number++) {
            List<Observed> observed = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                String id = "e" + random.nextInt(50);
                observed.add(random.nextInt(6) == 0 ? gone("Form", id) : form(id, "state " + number + "/" + i));
            }
            Page page = page("crm", Integer.toString(number), observed);
            changelog.append(page);
            expected.append(page, clock.millis());
            clock.advance(Duration.ofHours(6));
        }
        appending.set(0);

        assertThat(get(compactions)).isPositive();
        assertThat(latest(get(reader))).isEqualTo(latest(expected.changes()));
        assertThat(living(drain(changelog))).isEqualTo(living(expected.changes()));
    }

    private static Map<String, String> latest(List<Change> changes) {
        Map<String, String> latest = new HashMap<>();
        changes.forEach(change -> latest.put(change.entityId(), state(change)));
        return latest;
    }

    private static Map<String, String> living(List<Change> changes) {
        Map<String, String> living = latest(changes);
        living.values().removeIf(String::isEmpty);
        return living;
    }

    private static String state(Change change) {
        return change.data()
                .map(data -> change.sequenceVersion() + new String(data, java.nio.charset.StandardCharsets.UTF_8))
                .orElse("");
    }

    @Test
    void aNodeHearsOfWhatAnotherAppendsWithoutAsking() {
        if (dialect == Database.Dialect.POSTGRESQL) {
            try (Changelog other = opened()) {
                changelog.append(page("crm", form("a", "1")));
                await(() -> other.head() == 1);

                changelog.append(page("erp", present("Lead", "b", "1")));
                await(() -> other.head(EVERYTHING, ReadTest.query("lead")) == 2);
                assertThat(drain(other)).hasSize(2);
            }
        }
    }

    @Test
    void aNodeCatchesUpAfterItsConnectionWasCut() {
        if (dialect == Database.Dialect.POSTGRESQL) {
            try (Changelog other = opened()) {
                changelog.append(page("crm", form("a", "1")));
                await(() -> other.head() == 1);

                cutListeners();
                changelog.append(page("crm", form("b", "1")));

                await(() -> other.head() == 2);
                changelog.append(page("crm", form("c", "1")));
                await(() -> other.head() == 3);
            }
        }
    }

    private void cutListeners() {
        database.jdbi().useHandle(handle -> handle.createQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'")
                .mapTo(Boolean.class)
                .list());
    }

    @Test
    void aNodeTakesACursorFromOneThatIsAheadOfIt() {
        if (dialect == Database.Dialect.POSTGRESQL) {
            try (Changelog other = opened()) {
                changelog.append(page("crm", form("a", "1"), form("b", "1")));
                String cursor =
                        changelog.read(EVERYTHING, ALL, Optional.empty(), 10).cursor();

                assertThat(other.read(EVERYTHING, ALL, Optional.of(cursor), 10).changes())
                        .isEmpty();
            }
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waiting").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
