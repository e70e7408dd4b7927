package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.SandboxOptions;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a hub again and again while clients of several devices start sessions, drain them and acknowledge in all ways, and upstream changes: what
 * was acknowledged is never told again, what is told fits what was acknowledged, and in the end nobody has missed anything. How often is set by
 * {@code -Dsyncline.test.sell-kills}; once by default, and then on SQLite only.
 */
final class SellKillsTest {

    private static final int KILLS = Integer.getInteger("syncline.test.sell-kills", 1);
    /** How many clients each device has: what one alone is served is stored in another way. */
    private static final List<Integer> CLIENTS = List.of(1, 1, 3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final Random random = new Random();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<KilledDevice> devices = new CopyOnWriteArrayList<>();
    private final List<Future<Boolean>> clients = new ArrayList<>();

    static List<Database.Dialect> databases() {
        return KILLS > 1 ? List.of(Database.Dialect.values()) : List.of(Database.Dialect.SQLITE);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void whatWasAcknowledgedIsNeverToldAgainAndNothingIsMissed(Database.Dialect dialect) throws Exception {
        TestDatabase database = TestDatabase.of(dialect, folder);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SteeredSandbox sandbox = SteeredSandbox.start(
                        SandboxOptions.defaults().withPort(0).withChangesPerSecond(40));
                HubProcess hub = new HubProcess(folder, properties(database, sandbox.url() + "/sell"))) {
            CarelessClient last = new CarelessClient(hub.url(), random);
            begin(threads, hub);
            awaitAcknowledged(4_000);
            for (int kill = 0; kill < KILLS; kill++) {
                List<KilledDevice> before = List.copyOf(devices);
                beginAnew();
                awaitAcknowledged(100 + random.nextInt(4_000));
                hub.killAndRestart();
                for (KilledDevice device : before) {
                    last.drainToTheEnd(device);
                    last.deactivate(device);
                }
            }
            over.set(true);
            for (Future<Boolean> client : clients) {
                assertThat(client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
            sandbox.pace(0);
            for (KilledDevice device : devices) {
                assertEndsWith(truth(sandbox), device, last);
            }
            assertThat(hub.log()).doesNotContain("ERROR", "Exception");
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private void begin(ExecutorService threads, HubProcess hub) {
        for (int number = 0; number < CLIENTS.size(); number++) {
            int place = number;
            devices.add(new KilledDevice());
            for (int client = 0; client < CLIENTS.get(number); client++) {
                CarelessClient careless = new CarelessClient(hub.url(), new Random(random.nextLong()));
                clients.add(threads.submit(() -> careless.use(() -> devices.get(place), over)));
            }
        }
    }

    /** To a new device everything is new. */
    private void beginAnew() {
        devices.replaceAll(before -> new KilledDevice());
    }

    private void awaitAcknowledged(int items) throws Exception {
        Instant patience = Instant.now().plus(PATIENCE);
        while (devices.stream().mapToInt(KilledDevice::acknowledgedCount).sum() < items) {
            for (Future<Boolean> client : clients) {
                if (client.isDone()) {
                    client.get();
                }
            }
            assertThat(Instant.now()).as("more is acknowledged").isBefore(patience);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(5)));
        }
    }

    private static void assertEndsWith(Map<String, JsonNode> truth, KilledDevice device, CarelessClient client)
            throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        do {
            client.drainToTheEnd(device);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        } while (!device.living().equals(truth) && Instant.now().isBefore(patience));
        assertThat(device.living()).hasSizeGreaterThan(4_500).isEqualTo(truth);
    }

    private static Map<String, JsonNode> truth(SteeredSandbox sandbox) throws IOException, InterruptedException {
        Map<String, JsonNode> truth = new TreeMap<>();
        for (String type : sandbox.entityTypes("sell")) {
            sandbox.truth("sell", type).forEach((id, entity) -> truth.put(type + " " + id, entity));
        }
        return truth;
    }

    private static Map<String, String> properties(TestDatabase database, String sell) {
        Map<String, String> properties =
                new HashMap<>(HubProcess.integration("crm", "sell", sell, "sandbox0".repeat(8)));
        properties.put("syncline.db.url", database.url());
        properties.put("syncline.db.user", database.user());
        properties.put("syncline.db.password", database.password());
        properties.put("syncline.sell.page-size", "25");
        return properties;
    }
}
