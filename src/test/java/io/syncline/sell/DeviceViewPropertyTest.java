package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Retention;
import io.syncline.changelog.Snapshot;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever is changed, moved, granted and revoked, and however devices read and acknowledge in between: one that reads to the end holds what
 * its principal may see, or has been told that it was away for too long and begins anew. That is looked at after every step, by a device that is stored as this one is and reads on from there, as this one
 * would after a crash, while this one goes on where it is.
 */
class DeviceViewPropertyTest {

    private static final EntityTypes TYPES = EntityTypes.load(Path.of("routes/sources"));

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void everyDeviceHoldsWhatItMaySeeOnSqlite(
            @ForAll @Size(min = 5, max = 40) List<@IntRange(max = 1_000_000) Integer> history) {
        run(Database.Dialect.SQLITE, history);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void everyDeviceHoldsWhatItMaySeeOnPostgresql(
            @ForAll @Size(min = 5, max = 40) List<@IntRange(max = 1_000_000) Integer> history) {
        run(Database.Dialect.POSTGRESQL, history);
    }

    /** Something that a device holds goes out of sight, and compaction removes what tells of it before the device comes back. */
    @Example
    void aDeviceThatCompactionHasPassedIsToldSo() {
        List.of(
                        List.of(
                                21, 55, 46, 44, 215, 25, 13, 3, 404120, 1000000, 19906, 7346, 53430, 35, 206, 38423,
                                1341, 48, 208, 4312, 22, 19, 42117, 23, 19346, 24760),
                        // All of it went out of sight, and nothing of it is in sight any more.
                        List.of(
                                11, 0, 0, 0, 465, 0, 0, 0, 0, 0, 1679, 1572, 67, 864, 128701, 358, 50085, 583, 5662,
                                9696, 432534),
                        List.of(
                                377, 4766, 0, 1, 0, 0, 0, 0, 0, 0, 1, 5167, 143330, 11346, 261708, 18, 17236, 12031,
                                25140),
                        List.of(
                                377, 16774, 28657, 2426, 9784, 13, 89956, 2, 17, 1454, 18, 67144, 10555, 289581, 0,
                                26181, 555, 15, 33, 458, 18060, 0, 37041, 585166, 302, 4, 24))
                .forEach(history -> run(Database.Dialect.SQLITE, history));
    }

    private static void run(Database.Dialect dialect, List<Integer> history) {
        Run run = new Run(SharedDatabase.empty(dialect));
        try {
            history.forEach(run::step);
            run.finish();
        } finally {
            run.close();
        }
    }

    private static final class Run {

        private static final List<Grant.Extent> EXTENTS = List.of(
                new Grant.Extent("crm", Optional.of("a"), Set.of()),
                new Grant.Extent("crm", Optional.of("b"), Set.of()),
                new Grant.Extent("crm", Optional.of("c"), Set.of("lead")),
                new Grant.Extent("crm", Optional.empty(), Set.of("deal")),
                Grant.Extent.whole("crm"));

        private record Entity(String type, String id) {}

        /** As it was served. */
        private record Item(String ackKey, String entity, boolean living) {}

        private record State(Optional<String> scope, String name) {}

        private final SetClock clock = new SetClock();
        private final Database database;
        private final Map<Entity, State> upstream = new HashMap<>();
        private final List<Device> devices = List.of(new Device(), new Device());
        private final String token;
        private Changelog changelog;
        private Access access;
        private SellSync sync;
        private int compactions;
        /** What was superseded before then is gone, in milliseconds of the clock. */
        private long compactedTo;

        Run(Database database) {
            this.database = database;
            open();
            token = access.issue("sales", Set.of(TokenScope.SYNC)).secret();
        }

        private void open() {
            changelog = Changelog.open(database, clock);
            access = Access.open(changelog, database, clock, List.of());
            sync = SellSync.open(database, changelog, () -> TYPES, new SellSettings(2, 100), Runnable::run, clock);
        }

        void close() {
            access.close();
            changelog.close();
        }

        private View view() {
            return access.caller(token).orElseThrow().view();
        }

        void step(int number) {
            Random random = new Random(number);
            Device device = devices.get(random.nextInt(devices.size()));
            List<Device> concerned = devices;
            switch (random.nextInt(17)) {
                case 0 -> {
                    close();
                    open();
                }
                case 1, 2 -> grant(random);
                case 3, 4 -> revoke(random);
                case 16 -> compact(random);
                case 5, 6, 7, 8, 9, 10, 11 -> {
                    use(device, random);
                    concerned = List.of(device);
                }
                default -> change(random);
            }
            concerned.forEach(one -> one.copied(this::readToTheEnd));
        }

        private void use(Device device, Random random) {
            switch (random.nextInt(7)) {
                case 0, 1 -> device.start();
                case 2, 3, 4 -> device.get(random.nextInt(3));
                case 5 -> readToTheEnd(device);
                default -> device.acknowledgeLate();
            }
        }

        private void readToTheEnd(Device device) {
            device.drain();
            assertThat(device.replica).isEqualTo(visible());
        }

        private void compact(Random random) {
            clock.pass(Duration.ofDays(random.nextInt(50)));
            changelog.compact(Retention.DEFAULT);
            compactedTo = clock.millis() - Retention.DEFAULT.superseded().toMillis();
            compactions++;
        }

        private void grant(Random random) {
            Grant.Extent extent = EXTENTS.get(random.nextInt(EXTENTS.size()));
            if (access.grants(Optional.empty()).stream()
                    .noneMatch(grant -> grant.extent().equals(extent))) {
                access.grant(Optional.empty(), "sales", extent);
            }
        }

        private void revoke(Random random) {
            List<Grant> grants = access.grants(Optional.empty());
            if (!grants.isEmpty()) {
                access.revokeGrant(grants.get(random.nextInt(grants.size())).id());
            }
        }

        private void change(Random random) {
            String type = random.nextInt(3) == 0 ? "deal" : "lead";
            String id = Integer.toString(1 + random.nextInt(4));
            Observed observed;
            if (random.nextInt(4) == 0) {
                upstream.remove(new Entity(type, id));
                observed = new Observed.Gone(type, id, Optional.empty());
            } else {
                Optional<String> scope = Optional.of(List.of("a", "b", "c", "").get(random.nextInt(4)))
                        .filter(text -> !text.isEmpty());
                String name = scope.orElse("none") + random.nextInt(2);
                upstream.put(new Entity(type, id), new State(scope, name));
                String field = type.equals("lead") ? "last_name" : "name";
                observed = new Observed.Present(
                        type,
                        id,
                        Snapshot.of(SellHub.json("{\"id\":" + id + ",\"" + field + "\":\"" + name + "\"}")),
                        scope,
                        OptionalLong.empty(),
                        false,
                        Optional.empty());
            }
            changelog.append(
                    new Page("crm", "main", 1, Optional.empty(), List.of(observed), List.of(), Optional.empty()));
        }

        private boolean maySee(String type, Optional<String> scope) {
            return access.grants(Optional.of("sales")).stream()
                    .map(Grant::extent)
                    .anyMatch(extent -> (extent.entityTypes().isEmpty()
                                    || extent.entityTypes().contains(type))
                            && (extent.scope().isEmpty() || extent.scope().equals(scope)));
        }

        private Map<String, String> visible() {
            Map<String, String> visible = new TreeMap<>();
            upstream.forEach((entity, state) -> {
                if (maySee(entity.type(), state.scope())) {
                    visible.put(entity.type() + " " + entity.id(), state.name());
                }
            });
            return visible;
        }

        void finish() {
            devices.forEach(this::readToTheEnd);
        }

        /** Applies what it is served, whether it then acknowledges it or not. */
        private final class Device {
            private DeviceKey key = newKey();
            private final Map<String, String> replica = new TreeMap<>();
            /** What it has ever acknowledged as living. */
            private final Set<String> acknowledged = new HashSet<>();

            private final List<Item> late = new ArrayList<>();
            private Optional<UUID> session = Optional.empty();
            /** How many compactions there had been when it was last told what is new: only those after it may have removed deletes. */
            private int compactionsBefore;
            /** When it was last told what is new, in milliseconds of the clock. */
            private long toldAt = clock.millis();
            /** Whether compaction has ever removed what came after it was told what is new, and before it came again. */
            private boolean passed;

            private static DeviceKey newKey() {
                return DeviceKey.of("sales", UUID.randomUUID().toString());
            }

            /** Lets another be used that holds the same and of which the same is stored. */
            void copied(Consumer<Device> use) {
                Device copy = new Device();
                copy.replica.putAll(replica);
                copy.acknowledged.addAll(acknowledged);
                copy.compactionsBefore = compactionsBefore;
                copy.toldAt = toldAt;
                copy.passed = passed;
                database.jdbi().useTransaction(handle -> List.of(
                                "INSERT INTO device (principal, uuid, created_at, started_at, version, positions)"
                                        + " SELECT principal, :copy, created_at, started_at, version, positions FROM device WHERE uuid = :uuid",
                                "INSERT INTO device_revisions (device_no, kind, chunk, revisions)"
                                        + " SELECT c.no, r.kind, r.chunk, r.revisions FROM device c, device d"
                                        + " JOIN device_revisions r ON r.device_no = d.no WHERE c.uuid = :copy AND d.uuid = :uuid")
                        .forEach(rows -> handle.createUpdate(rows)
                                .bind("copy", copy.key.uuid())
                                .bind("uuid", key.uuid())
                                .execute()));
                use.accept(copy);
                sync.deactivate(copy.key);
            }

            /** What it has applied and not acknowledged, whatever has been granted and revoked since. */
            void acknowledgeLate() {
                acknowledge(late);
                late.clear();
            }

            void start() {
                passed |= toldAt < compactedTo;
                try {
                    session = sync.start(view(), key).map(SellSync.Started::id);
                } catch (SellException awayForTooLong) {
                    assertThat(compactions)
                            .as("away for too long, and nothing was removed")
                            .isGreaterThan(compactionsBefore);
                    beginAnew();
                }
                compactionsBefore = compactions;
                toldAt = clock.millis();
            }

            private void beginAnew() {
                passed = false;
                sync.deactivate(key);
                key = newKey();
                replica.clear();
                acknowledged.clear();
                late.clear();
                session = sync.start(view(), key).map(SellSync.Started::id);
            }

            /** Until a start finds nothing new. */
            void drain() {
                start();
                for (int sessions = 0; session.isPresent(); sessions++) {
                    assertThat(sessions).as("ends at some time").isLessThan(10);
                    while (get(0)) {
                        assertThat(session).isPresent();
                    }
                    start();
                }
            }

            /**
             * Reads a page.
             *
             * @param forgotten how many items are not acknowledged
             * @return whether there was one
             */
            boolean get(int forgotten) {
                Optional<SellSync.Answer> page = session.flatMap(id -> sync.next(view(), key, id));
                if (page.isEmpty()) {
                    return false;
                }
                List<Item> served = new ArrayList<>();
                JsonNode items = SellHub.json(
                                StandardCharsets.UTF_8.decode(page.get().body()).toString())
                        .path("items");
                items.forEach(item -> served.add(apply(item)));
                int from = Math.min(forgotten, served.size());
                late.addAll(served.subList(0, from));
                acknowledge(served.subList(from, served.size()));
                return true;
            }

            private void acknowledge(List<Item> items) {
                sync.acknowledge(
                        view(),
                        key,
                        SellClient.payload(items.stream().map(Item::ackKey).toList()));
                items.stream().filter(Item::living).map(Item::entity).forEach(acknowledged::add);
            }

            private Item apply(JsonNode item) {
                String type = item.at("/meta/type").asText();
                String id = type + " " + item.at("/data/id").asText();
                String event = item.at("/meta/sync/event_type").asText();
                if (event.equals("deleted")) {
                    assertThat(item.path("data")).hasSize(1);
                    replica.remove(id);
                } else {
                    // Compaction may have removed the delete that the device knew when it was last told what is new.
                    assertThat(event.equals("created") || acknowledged.contains(id) || passed)
                            .as("%s %s that it has acknowledged", event, id)
                            .isTrue();
                    String name = item.path("data")
                            .path(type.equals("lead") ? "last_name" : "name")
                            .asText();
                    Optional<String> scope =
                            Optional.of(name.substring(0, name.length() - 1)).filter(text -> !text.equals("none"));
                    assertThat(maySee(type, scope)).as("shows %s %s", id, name).isTrue();
                    replica.put(id, name);
                }
                return new Item(item.at("/meta/sync/ack_key").asText(), id, !event.equals("deleted"));
            }
        }
    }
}
