package io.syncline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Appended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private final TestClock clock = new TestClock();
    private final Instant start = clock.instant();
    private final Metrics metrics = Metrics.create();
    private final List<String> said = new ArrayList<>();
    private IntegrationStatus status = Statuses.neverSynced(start);
    private final Console console =
            new Console(metrics, () -> 1_234_567, () -> List.of(status), clock, new Console.Lines() {
                @Override
                public void say(String line) {
                    said.add(line);
                }

                @Override
                public void warn(String line) {
                    said.add("WARN " + line);
                }
            });

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void tellsHowFarTheFirstSyncIsWhileItRuns() {
        metrics.appended("acme", "points", 1, created(3_000));
        after(3);
        metrics.appended("acme", "points", 1, created(1_500));
        after(3);
        after(3);

        assertThat(said)
                .containsExactly(
                        "acme: first sync, stream points, 3,000 records, 1,000/s",
                        "acme: first sync, stream points, 4,500 records, 500/s");
    }

    @Test
    void saysWhenTheFirstSyncIsComplete() {
        metrics.appended("acme", "points", 1, created(3_000));
        after(3);
        status = Statuses.synced(start.plusMillis(4_200));
        after(3);
        after(3);

        assertThat(said)
                .contains("acme: first sync complete, 3,000 records in 4.2 s; from now on only what changes is pulled")
                .hasSize(2);
    }

    @Test
    void saysNothingOfAFirstSyncThatEndedBeforeTheStart() {
        status = Statuses.synced(start);
        metrics.appended("acme", "points", 1, created(3));
        after(3);

        assertThat(said).isEmpty();
    }

    @Test
    void warnsOnceWhenAnIntegrationFallsIllAndSaysWhenItRecovers() {
        status = Statuses.inTrouble(Statuses.synced(start), "upstream refuses its token");
        after(3);
        after(3);
        status = Statuses.synced(clock.instant());
        after(3);

        assertThat(said).containsExactly("WARN acme: upstream refuses its token", "acme: well again");
    }

    @Test
    void doesNotCallALongFirstSyncIll() {
        metrics.appended("acme", "points", 1, created(3_000));
        after(120);

        assertThat(said).noneMatch(line -> line.startsWith("WARN"));
    }

    @Test
    void summarisesEveryMinute() {
        status = Statuses.synced(start.plus(Duration.ofHours(1)));
        metrics.appended("acme", "points", 1, created(300));
        metrics.feed("rest").served(System.nanoTime(), 300);
        metrics.feed("graphql").served(System.nanoTime(), 0);
        after(59);
        assertThat(said).isEmpty();
        after(1);
        after(60);

        assertThat(said)
                .containsExactly(
                        "last minute: 300 changes appended (acme 300), head 1,234,567, 2 pages read by consumers",
                        "last minute: 0 changes appended, head 1,234,567, 0 pages read by consumers");
    }

    private void after(int seconds) {
        clock.pass(Duration.ofSeconds(seconds));
        console.tick();
    }

    private static Appended created(int records) {
        return new Appended(records, 0, 0, 0, 0, 0, records);
    }
}
