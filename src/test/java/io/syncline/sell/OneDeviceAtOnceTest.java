package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several clients of one device at the same time. */
class OneDeviceAtOnceTest {

    private static final EntityTypes TYPES = EntityTypes.load(Path.of("routes/sources"));
    private static final View VIEW = new View("sales", true, Set.of());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 6;
    private static final int LEADS = 40;
    /** More by {@code -Dsyncline.test.sell-rounds=200}. */
    private static final int ROUNDS = Integer.getInteger("syncline.test.sell-rounds", 8);

    private final SetClock clock = new SetClock();
    private final DeviceKey device = DeviceKey.of("sales", UUID.randomUUID().toString());
    private final List<Changelog> changelogs = new ArrayList<>();
    private final List<SellSync> nodes = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Long, Long> received = new ConcurrentHashMap<>();
    private Database database;

    private void open(Database.Dialect dialect, int page) {
        database = SharedDatabase.empty(dialect);
        // A file has one process.
        int processes = dialect == Database.Dialect.SQLITE ? 1 : 2;
        for (int node = 0; node < processes; node++) {
            Changelog changelog = Changelog.open(database, clock);
            changelogs.add(changelog);
            nodes.add(
                    SellSync.open(database, changelog, () -> TYPES, new SellSettings(page, 100), Runnable::run, clock));
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(SellSync::close);
        changelogs.forEach(Changelog::close);
    }

    /** They read and acknowledge in all ways, at two nodes where there can be two, while leads change. */
    @ParameterizedTest
    @EnumSource
    void noneIsToldOfWhatIsAcknowledgedAndNoneOfThemMissesAnything(Database.Dialect dialect) throws Exception {
        open(dialect, 3);
        append(SellHub.leads(1, LEADS).toList());
        List<FutureTask<Boolean>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            Random random = new Random(client);
            SellSync node = nodes.get(client % nodes.size());
            clients.add(begin(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    drain(node, random);
                }
                return true;
            }));
        }
        Random random = new Random();
        while (!clients.stream().allMatch(FutureTask::isDone)) {
            append(List.of(SellHub.lead(1 + random.nextInt(LEADS), "Lead " + random.nextInt())));
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        for (FutureTask<Boolean> client : clients) {
            assertThat(client.get()).isTrue();
        }

        Optional<UUID> session = start(nodes.get(0));
        while (session.isPresent()) {
            drain(nodes.get(0), session.get(), Set.of(), new Random(), false);
            session = start(nodes.get(0));
        }
        Map<Long, Long> newest = new ConcurrentHashMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery("SELECT entity_id, seq FROM entity")
                .map((row, context) -> newest.put(Long.parseLong(row.getString(1)), row.getLong(2)))
                .list());
        assertThat(received).hasSize(LEADS).isEqualTo(newest);
    }

    private void drain(SellSync node, Random random) {
        Set<String> before = Set.copyOf(acknowledged);
        start(node).ifPresent(session -> drain(node, session, before, random, true));
    }

    private void drain(SellSync node, UUID session, Set<String> before, Random random, boolean carelessly) {
        for (List<JsonNode> page = page(node, session); !page.isEmpty(); page = page(node, session)) {
            List<String> keys = new ArrayList<>(SellClient.keys(page));
            assertThat(keys).noneMatch(before::contains);
            page.forEach(item -> received.merge(
                    item.at("/data/id").longValue(),
                    item.at("/meta/sync/revision").longValue(),
                    Math::max));
            int way = carelessly ? random.nextInt(6) : 0;
            if (way == 1) {
                // Never acknowledged; later sessions have it again.
                continue;
            }
            if (way == 2) {
                Collections.reverse(keys);
            }
            acknowledge(node, keys);
            acknowledged.addAll(keys);
            if (way == 3) {
                acknowledge(node, keys);
            }
        }
    }

    private Optional<UUID> start(SellSync node) {
        return patiently(() -> node.start(VIEW, device).map(SellSync.Started::id));
    }

    private List<JsonNode> page(SellSync node, UUID session) {
        return patiently(() -> node.next(VIEW, device, session))
                .map(page -> SellClient.items(new Wire.Answer(
                        200,
                        List.of(),
                        StandardCharsets.UTF_8.decode(page.body()).toString())))
                .orElse(List.of());
    }

    private void acknowledge(SellSync node, List<String> keys) {
        patiently(() -> {
            node.acknowledge(VIEW, device, SellClient.payload(keys));
            return true;
        });
    }

    /** As a client does that is asked to come again. */
    private static <T> T patiently(Callable<T> request) {
        while (true) {
            try {
                return request.call();
            } catch (SellException e) {
                assertThat(e.status()).isEqualTo(503);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void whileAnAcknowledgementWaitsForTheDiskOthersStart() throws Exception {
        open(Database.Dialect.SQLITE, 2);
        append(SellHub.leads(1, 5).toList());
        SellSync node = nodes.get(0);
        List<String> keys = SellClient.keys(page(node, start(node).orElseThrow()));
        FutureTask<Boolean> waiting;

        try (Connection disk = database.writer().getConnection()) {
            assertThat(disk).isNotNull();
            waiting = acknowledging(node, keys);
            FutureTask<Long> starting = begin(() -> {
                long count = 5;
                while (count == 5) {
                    count = node.start(VIEW, device).orElseThrow().totalCount();
                }
                return count;
            });

            assertThat(starting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(waiting.isDone()).isFalse();
        }
        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** The second one changes nothing, but what it says is not on the disk yet. */
    @Test
    void anAcknowledgementThatComesTwiceWaitsForTheFirst() throws Exception {
        open(Database.Dialect.SQLITE, 2);
        append(SellHub.leads(1, 5).toList());
        SellSync node = nodes.get(0);
        List<String> keys = SellClient.keys(page(node, start(node).orElseThrow()));
        List<FutureTask<Boolean>> both = new ArrayList<>();

        try (Connection disk = database.writer().getConnection()) {
            assertThat(disk).isNotNull();
            List<Thread> threads = new ArrayList<>();
            for (int copy = 0; copy < 2; copy++) {
                FutureTask<Boolean> task = new FutureTask<>(() -> {
                    node.acknowledge(VIEW, device, SellClient.payload(keys));
                    return true;
                });
                both.add(task);
                threads.add(new Thread(task));
                threads.get(copy).start();
                awaitThat(() -> task.isDone() || isWaiting(threads.get(threads.size() - 1)));
            }

            assertThat(both).noneMatch(FutureTask::isDone);
        }
        for (FutureTask<Boolean> one : both) {
            assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    /** It is promised by the write of the acknowledgement, and needs no other. */
    @Test
    void aPageThatIsAskedForWhileTheOneBeforeIsAcknowledgedWaitsForThatWriteOnly() throws Exception {
        open(Database.Dialect.SQLITE, 2);
        append(SellHub.leads(1, 5).toList());
        SellSync node = nodes.get(0);
        UUID session = start(node).orElseThrow();
        List<String> keys = SellClient.keys(page(node, session));
        FutureTask<List<JsonNode>> asking;
        try (Connection disk = database.writer().getConnection()) {
            assertThat(disk).isNotNull();
            AtomicReference<Thread> thread = new AtomicReference<>();
            FutureTask<Boolean> acknowledging = new FutureTask<>(() -> {
                acknowledge(node, keys);
                return true;
            });
            thread.set(new Thread(acknowledging));
            thread.get().start();
            awaitThat(() -> isWaiting(thread.get()));
            asking = new FutureTask<>(() -> page(node, session));
            thread.set(new Thread(asking));
            thread.get().start();
            awaitThat(() -> asking.isDone() || isWaiting(thread.get()));

            assertThat(asking.isDone()).isFalse();
        }
        List<String> next = SellClient.keys(asking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(next).hasSize(2);
        assertThat(promised()).isNotEmpty();

        SellSync restarted =
                SellSync.open(database, changelogs.get(0), () -> TYPES, new SellSettings(2, 100), Runnable::run, clock);
        nodes.add(restarted);
        acknowledge(restarted, next);
        assertThat(restarted.start(VIEW, device).orElseThrow().totalCount()).isEqualTo(1);
    }

    private byte[] promised() {
        return database.jdbi().withHandle(handle -> handle.createQuery("SELECT promise FROM device")
                .mapTo(byte[].class)
                .one());
    }

    private FutureTask<Boolean> acknowledging(SellSync node, List<String> keys) {
        return begin(() -> {
            acknowledge(node, keys);
            return true;
        });
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static void awaitThat(BooleanSupplier condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(patience);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static <T> FutureTask<T> begin(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        new Thread(task).start();
        return task;
    }

    private void append(List<Observed> observed) {
        changelogs.get(0).append(new Page("crm", "main", 1, Optional.empty(), observed, List.of(), Optional.empty()));
    }
}
