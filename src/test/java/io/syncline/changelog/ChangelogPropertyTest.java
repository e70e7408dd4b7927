package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.form;
import static io.syncline.changelog.ChangelogFixture.gone;
import static io.syncline.changelog.ChangelogFixture.page;
import static io.syncline.changelog.ChangelogFixture.versioned;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.ChangelogFixture.SetClock;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is appended, compacted, restarted and read in whatever order, readers end with the state that upstream has. */
class ChangelogPropertyTest {

    /** What one step does is drawn from its number, so that a failing history is a list of numbers that can be shortened. */
    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void readersEndWithTheStateThatUpstreamHas(
            @ForAll Database.Dialect dialect,
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 1_000_000) Integer> history) {
        try (Run run = new Run(SharedDatabase.empty(dialect))) {
            history.forEach(run::step);
            run.check();
        }
    }

    /** A reader that keeps what it is told, and begins anew when its cursor is expired. */
    private static final class Reader {
        private final Map<String, String> state = new HashMap<>();
        private Optional<String> cursor = Optional.empty();

        void read(Changelog changelog, int limit) {
            try {
                FeedPage page = changelog.read(EVERYTHING, ALL, cursor, limit);
                cursor = Optional.of(page.cursor());
                page.changes().forEach(this::take);
            } catch (CursorException e) {
                assertThat(e.reason()).isEqualTo(CursorException.Reason.EXPIRED);
                cursor = Optional.empty();
                state.clear();
            }
        }

        private void take(Change change) {
            if (change.operation() == Operation.DELETED) {
                state.remove(change.entityId());
            } else {
                state.put(change.entityId(), new String(change.data().orElseThrow(), StandardCharsets.UTF_8));
            }
        }
    }

    private static final class Run implements AutoCloseable {
        private final SetClock clock = new SetClock();
        private final Database database;
        private final ReferenceChangelog expected = new ReferenceChangelog();
        private final List<Reader> readers = new ArrayList<>(List.of(new Reader(), new Reader()));
        private Changelog changelog;

        Run(Database database) {
            this.database = database;
            this.changelog = ChangelogFixture.open(database, clock);
        }

        void step(int number) {
            Random random = new Random(number);
            clock.advance(Duration.ofHours(random.nextInt(400)));
            switch (random.nextInt(10)) {
                case 0 -> changelog.compact(Retention.DEFAULT);
                case 1 -> restart();
                case 2, 3, 4 -> readers.get(random.nextInt(2)).read(changelog, 1 + random.nextInt(6));
                default -> append(random);
            }
        }

        /** Entities with a version are never deleted here: their version would be forgotten with their tombstone. */
        private void append(Random random) {
            List<Observed> observed = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                String id = "e" + random.nextInt(6);
                String state = "state " + random.nextInt(4);
                observed.add(
                        switch (random.nextInt(4)) {
                            case 0 -> gone("Form", id);
                            case 1 -> versioned("v" + id, state, random.nextInt(5));
                            default -> form(id, state);
                        });
            }
            Page page = page("crm", "checkpoint", observed);
            int before = expected.changes().size();
            expected.append(page, clock.millis());
            Appended appended = changelog.append(page);
            assertThat(appended.changes()).isEqualTo(expected.changes().size() - before);
            assertThat(changelog.head()).isEqualTo(expected.changes().size());
        }

        private void restart() {
            changelog.close();
            changelog = ChangelogFixture.open(database, clock);
        }

        void check() {
            Reader upstream = new Reader();
            expected.changes().forEach(upstream::take);
            for (Reader reader : readers) {
                reader.read(changelog, 1_000);
                reader.read(changelog, 1_000);
                assertThat(reader.state).isEqualTo(upstream.state);
            }
            List<Change> all =
                    drain(changelog, EVERYTHING, ALL, Optional.empty(), 3).changes();
            Reader fresh = new Reader();
            Set<String> met = new HashSet<>();
            for (Change change : all) {
                boolean first = met.add(change.entityId());
                assertThat(first && change.operation() == Operation.UPDATED)
                        .as("first met as an update: %s", ChangelogFixture.text(change))
                        .isFalse();
                fresh.take(change);
            }
            assertThat(fresh.state).isEqualTo(upstream.state);
            assertThat(all).extracting(Change::sequenceVersion).isSorted().doesNotHaveDuplicates();
        }

        @Override
        public void close() {
            changelog.close();
        }
    }
}
