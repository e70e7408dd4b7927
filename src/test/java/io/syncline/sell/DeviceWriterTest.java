package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Revision;
import io.syncline.sell.DeviceWriter.Durability;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceWriterTest {

    private static final int DEVICES = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> UUIDS =
            Stream.generate(() -> UUID.randomUUID().toString()).limit(DEVICES).toList();

    /** Rows of one transaction have the same {@code xmin}. */
    @Test
    void writesAllThatWaitInOneTransaction() throws Exception {
        Database database = SharedDatabase.empty(Database.Dialect.POSTGRESQL);
        DeviceStore store = new DeviceStore(database);
        List<StoredDevice> devices = devices(store);
        List<Writing> writing = new ArrayList<>();

        try (Connection other = database.dedicatedConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "SELECT no FROM device WHERE no = " + devices.get(0).no() + " FOR UPDATE");
            for (StoredDevice device : devices) {
                writing.add(Writing.begin(() -> save(store, device, 5, Durability.ON_DISK)));
                if (device.equals(devices.get(0))) {
                    awaitOneThatIsBlocked(database);
                }
            }
            await(() -> writing.stream().skip(1).allMatch(Writing::isWaiting));
            other.rollback();
        }

        for (Writing one : writing) {
            assertThat(one.result()).isTrue();
        }
        assertThat(number(database, "SELECT COUNT(DISTINCT xmin::text) FROM device WHERE started_at = 5"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void writesManyDevicesAtOnceAndEachAsItIs(Database.Dialect dialect) throws Exception {
        DeviceStore store = new DeviceStore(SharedDatabase.empty(dialect));
        List<StoredDevice> devices = devices(store);
        List<Writing> writing = new ArrayList<>();
        for (StoredDevice device : devices) {
            device.state().unacknowledged().add(device.no());
            device.state().served().add(70_000 + device.no());
            writing.add(Writing.begin(() ->
                    save(store, device, 5, device.no() % 2 == 0 ? Durability.ON_DISK : Durability.OUTLIVES_PROCESS)));
        }
        for (Writing one : writing) {
            assertThat(one.result()).isTrue();
        }

        for (String uuid : UUIDS) {
            StoredDevice read = store.load(key(uuid)).orElseThrow();
            assertThat(read.state().unacknowledged().size()).isEqualTo(1);
            assertThat(read.state().unacknowledged().contains(read.no())).isTrue();
            assertThat(read.state().served().contains(70_000 + read.no())).isTrue();
            assertThat(read.startedAt()).isEqualTo(5);
        }
        // They have the versions that were written over.
        for (StoredDevice device : devices) {
            assertThat(save(store, device, 6, Durability.ON_DISK)).isFalse();
        }
    }

    /** What is written last counts, also where a chunk comes and goes in between. */
    @ParameterizedTest
    @EnumSource
    void writesOneDeviceInOrder(Database.Dialect dialect) {
        DeviceStore store = new DeviceStore(SharedDatabase.empty(dialect));
        store.add(key(UUIDS.get(0)), 1);
        StoredDevice device = store.load(key(UUIDS.get(0))).orElseThrow();
        RevisionSet revisions = device.state().served();

        revisions.add(7);
        revisions.add(70_000);
        DeviceWrite first = DeviceWrite.of(device, 5, Optional.empty());
        device.state().saved();
        revisions.remove(7);
        revisions.add(70_001);
        DeviceWrite second = DeviceWrite.of(after(first, device), 6, Optional.empty());
        DeviceWriter.Pending one = store.write(first, Durability.ON_DISK);
        DeviceWriter.Pending other = store.write(second, Durability.ON_DISK);

        assertThat(other.await()).isTrue();
        assertThat(one.isWritten()).isTrue();
        StoredDevice read = store.load(key(UUIDS.get(0))).orElseThrow();
        assertThat(read.startedAt()).isEqualTo(6);
        assertThat(read.version()).isEqualTo(second.nextVersion());
        List<Long> members = new ArrayList<>();
        read.state().served().forEach(members::add);
        assertThat(members).containsExactly(70_000L, 70_001L);
    }

    @ParameterizedTest
    @EnumSource
    void writesNothingThatFollowsWhatIsRefused(Database.Dialect dialect) {
        DeviceStore store = new DeviceStore(SharedDatabase.empty(dialect));
        store.add(key(UUIDS.get(0)), 1);
        StoredDevice device = store.load(key(UUIDS.get(0))).orElseThrow();
        assertThat(save(store, device, 5, Durability.ON_DISK)).isTrue();

        DeviceWrite refused = DeviceWrite.of(device, 6, Optional.empty());
        DeviceWriter.Pending one = store.write(refused, Durability.ON_DISK);
        DeviceWriter.Pending other =
                store.write(DeviceWrite.of(after(refused, device), 7, Optional.empty()), Durability.ON_DISK);

        assertThat(other.await()).isFalse();
        assertThat(one.await()).isFalse();
        assertThat(store.load(key(UUIDS.get(0))).orElseThrow().startedAt()).isEqualTo(5);
    }

    /** Given out before, the page's mark would name a promise that a crash forgets. */
    @ParameterizedTest
    @EnumSource
    void givesOutAPromiseOnlyOnceItIsStored(Database.Dialect dialect) {
        DeviceStore store = new DeviceStore(SharedDatabase.empty(dialect));
        Device device = new Device(key(UUIDS.get(0)));
        store.add(device.key, 1);
        StoredDevice stored = store.load(device.key).orElseThrow();
        device.loaded(stored);
        Revision revision = new Revision(7, 1, "crm", "lead", "1", false, Optional.empty(), 7, true);
        PageItems page = new PageItems(List.of(new Served(revision, "Lead", 7, true, 0)));
        Optional<Promise> promise = Optional.of(new Promise(3, page.revisions()));
        DeviceWrite write = DeviceWrite.of(stored, 5, promise);
        DeviceWriter.Pending pending = store.write(write, Durability.ON_DISK);
        device.writing(write, promise, pending);

        assertThat(device.claimPromise(page)).isEmpty();
        assertThat(pending.await()).isTrue();
        assertThat(device.claimPromise(page)).isEqualTo(promise);
        assertThat(device.claimPromise(page)).isEmpty();
    }

    private static StoredDevice after(DeviceWrite write, StoredDevice device) {
        return new StoredDevice(device.no(), write.startedAt(), write.nextVersion(), device.state());
    }

    /** What is appended after it, or acknowledged, waits for the disk as before. */
    @Test
    void leavesTheConnectionWaitingForTheDisk() throws Exception {
        Database database = SharedDatabase.empty(Database.Dialect.SQLITE);
        DeviceStore store = new DeviceStore(database);
        StoredDevice device = devices(store).get(0);

        assertThat(save(store, device, 5, Durability.OUTLIVES_PROCESS)).isTrue();

        assertThat(number(database, "PRAGMA synchronous")).isEqualTo(2);
    }

    private static DeviceKey key(String uuid) {
        return DeviceKey.of("sales", uuid);
    }

    private static boolean save(DeviceStore store, StoredDevice device, long startedAt, Durability durability) {
        return store.write(DeviceWrite.of(device, startedAt, Optional.empty()), durability)
                .await();
    }

    private static List<StoredDevice> devices(DeviceStore store) {
        return UUIDS.stream()
                .map(uuid -> {
                    store.add(key(uuid), 1);
                    return store.load(key(uuid)).orElseThrow();
                })
                .toList();
    }

    private static void awaitOneThatIsBlocked(Database database) {
        await(() -> number(database, "SELECT COUNT(*) FROM pg_locks WHERE NOT granted") > 0);
    }

    private static int number(Database database, String sql) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery(sql).mapTo(Integer.class).one());
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            assertThat(Instant.now()).isBefore(patience);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    private record Writing(Thread thread, FutureTask<Boolean> task) {

        static Writing begin(Callable<Boolean> action) {
            FutureTask<Boolean> task = new FutureTask<>(action);
            Thread thread = new Thread(task);
            thread.start();
            return new Writing(thread, task);
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING;
        }

        boolean result() throws Exception {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
