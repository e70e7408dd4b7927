package io.syncline.sell;

import static io.syncline.sell.SellHub.gone;
import static io.syncline.sell.SellHub.lead;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever changes, and however devices start, read, lose answers, acknowledge in part, late, twice and what was another's, and Syncline restarts: each item is
 * what the simple model expects, and in the end every device holds what is there.
 */
class DevicesPropertyTest {

    private static final EntityTypes TYPES = EntityTypes.load(Path.of("routes/sources"));

    /** A lead is deleted while it waits in the queue, the delete is served and acknowledged after a restart, and the lead comes and goes again. */
    @Example
    void aFresherItemThatIsAcknowledgedAfterARestartLeavesTheQueue() {
        everyDeviceIsToldOfEverythingOnce(Database.Dialect.SQLITE, List.of(54914, 177, 106, 1879, 341, 2, 128, 1836));
    }

    /** A delete is acknowledged only after the lead has come and gone again, and that was looked at: nobody knows what was kept of it. */
    @Example
    void aDeleteThatIsAcknowledgedTooLateMayBeFollowedByAnother() {
        everyDeviceIsToldOfEverythingOnce(
                Database.Dialect.SQLITE,
                List.of(
                        55, 93108, 18, 8, 1533, 151047, 1648, 3782, 473, 356546, 382, 1, 2, 26723, 389, 16840, 1561,
                        133846, 316, 1483, 304, 227, 7, 1787, 510078, 17, 4409, 0, 144));
    }

    /** What one step does is drawn from its number, so that a failing history is a list of numbers that can be shortened. */
    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void everyDeviceIsToldOfEverythingOnce(
            @ForAll Database.Dialect dialect,
            @ForAll @Size(min = 1, max = 100) List<@IntRange(min = 0, max = 1_000_000) Integer> history) {
        Run run = new Run(SharedDatabase.empty(dialect));
        try {
            history.forEach(run::step);
            run.check();
        } finally {
            run.close();
        }
    }

    private static final class Run {

        private static final int PAGE = 2;
        private static final int ENTITIES = 4;
        private static final View VIEW = new View("sales", true, Set.of());

        private final SetClock clock = new SetClock();
        private final Database database;
        private final ReferenceDevice.Upstream upstream = new ReferenceDevice.Upstream();
        private final List<DeviceKey> keys = List.of(key(), key());
        private final List<ReferenceDevice> devices = new ArrayList<>();
        private Changelog changelog;
        private SellSync sync;

        Run(Database database) {
            this.database = database;
            keys.forEach(key -> devices.add(new ReferenceDevice(upstream)));
            open();
        }

        private static DeviceKey key() {
            return DeviceKey.of("sales", UUID.randomUUID().toString());
        }

        private void open() {
            changelog = Changelog.open(database, clock);
            sync = SellSync.open(database, changelog, () -> TYPES, new SellSettings(PAGE, 100), Runnable::run, clock);
        }

        void close() {
            changelog.close();
        }

        void step(int number) {
            Random random = new Random(number);
            int device = random.nextInt(devices.size());
            switch (random.nextInt(20)) {
                case 0 -> {
                    close();
                    open();
                    devices.forEach(ReferenceDevice::restarted);
                }
                case 1, 2, 3, 4 -> start(device);
                case 5, 6, 7, 8, 9, 10 -> get(device, random);
                case 11, 12, 13 -> acknowledge(device, random);
                case 14 ->
                    sync.acknowledge(
                            VIEW,
                            keys.get(device),
                            SellClient.payload(devices.get(device).foreignKeys(devices.get(1 - device))));
                default -> change(random);
            }
        }

        private void change(Random random) {
            String id = Integer.toString(1 + random.nextInt(ENTITIES));
            String name = "Lead " + random.nextInt();
            boolean deletes = random.nextInt(3) == 0;
            long before = changelog.head();
            append(deletes ? gone("lead", Long.parseLong(id)) : lead(Long.parseLong(id), name));
            if (changelog.head() == before) {
                return;
            }
            if (deletes) {
                upstream.delete(id, changelog.head());
            } else {
                upstream.put(id, name, changelog.head());
            }
        }

        private void append(Observed observed) {
            changelog.append(
                    new Page("crm", "main", 1, Optional.empty(), List.of(observed), List.of(), Optional.empty()));
        }

        private Optional<String> start(int device) {
            Optional<SellSync.Started> started = sync.start(VIEW, keys.get(device));
            devices.get(device).started(started);
            return started.map(session -> session.id().toString());
        }

        private void get(int device, Random random) {
            List<String> sessions = devices.get(device).sessions();
            if (!sessions.isEmpty()) {
                String session = sessions.get(random.nextInt(sessions.size()));
                get(device, session, random.nextInt(6) > 0);
            }
        }

        private boolean get(int device, String session, boolean arrived) {
            Optional<JsonNode> page = sync.next(VIEW, keys.get(device), UUID.fromString(session))
                    .map(served -> SellHub.json(
                            StandardCharsets.UTF_8.decode(served.body()).toString()));
            devices.get(device).served(session, page, PAGE, arrived);
            return page.isPresent();
        }

        private void acknowledge(int device, Random random) {
            List<String> received = devices.get(device).keys();
            List<String> some =
                    received.stream().filter(key -> random.nextInt(3) > 0).toList();
            acknowledge(device, received.size() > 6 ? some.subList(some.size() / 2, some.size()) : some);
        }

        private void acknowledge(int device, List<String> received) {
            sync.acknowledge(VIEW, keys.get(device), SellClient.payload(received));
            devices.get(device).acknowledged(received);
        }

        /** Everybody drains to the end: nothing is missing, and nothing is due any more. */
        void check() {
            for (int device = 0; device < devices.size(); device++) {
                Optional<String> session = start(device);
                while (session.isPresent() && get(device, session.get(), true)) {
                    acknowledge(device, devices.get(device).keys());
                }
                assertThat(devices.get(device).replica()).isEqualTo(upstream.living());
                assertThat(start(device)).isEmpty();
            }
        }
    }
}
