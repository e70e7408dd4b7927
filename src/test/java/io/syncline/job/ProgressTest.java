package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.PassPosition;
import io.syncline.changelog.Quarantined;
import io.syncline.integration.PulledPage;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a job says of how far it is must be true. */
final class ProgressTest {

    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    @Test
    void goesByTheTotalsThatTheUpstreamTells() {
        Progress progress = progress(Set.of("a"), Map.of(), OptionalLong.empty());

        progress.add("a", page(30, true, OptionalLong.of(120)));

        assertThat(progress.total()).hasValue(120);
        assertThat(progress.percent()).isEqualTo(25);
    }

    @Test
    void goesByTheStreamsWhereNoTotalIsTold() {
        Progress progress = progress(Set.of("a", "b", "c", "d"), Map.of(), OptionalLong.empty());
        assertThat(progress.percent()).isZero();

        progress.add("a", page(30, false, OptionalLong.empty()));

        assertThat(progress.total()).isEmpty();
        assertThat(progress.percent()).isEqualTo(25);
    }

    @Test
    void goesByTheTotalsOfTheStreamsThatHaveBegun() {
        Progress progress = progress(Set.of("a", "b", "c", "d"), Map.of(), OptionalLong.empty());

        progress.add("a", page(30, false, OptionalLong.empty()));
        progress.add("b", page(30, true, OptionalLong.of(60)));

        assertThat(progress.total()).isEmpty();
        assertThat(progress.percent()).isEqualTo(37);
    }

    @Test
    void goesByWhatLivedBeforeInAFullSync() {
        Progress progress = progress(Set.of("a", "b"), Map.of(), OptionalLong.of(200));

        progress.add("a", page(50, true, OptionalLong.empty()));

        assertThat(progress.total()).hasValue(200);
        assertThat(progress.percent()).isEqualTo(25);
    }

    @Test
    void isNeverAtItsEndBeforeTheJobIs() {
        Progress progress = progress(Set.of("a"), Map.of(), OptionalLong.empty());

        progress.add("a", page(130, true, OptionalLong.of(120)));

        assertThat(progress.total()).hasValue(130);
        assertThat(progress.percent()).isEqualTo(99);
    }

    @Test
    void goesOnFromWhereAKilledRunWas() {
        PassPosition half = new PassPosition(Optional.of("c"), false, 60, OptionalLong.of(120));
        Progress progress = new Progress(Set.of("a"), Map.of("a", half), 60, OptionalLong.empty(), START);

        assertThat(progress.percent()).isEqualTo(50);
        progress.add("a", page(30, true, OptionalLong.empty()));
        assertThat(progress.percent()).isEqualTo(75);
    }

    @Test
    void tellsTheRateOfTheLastMinutes() {
        Progress progress = progress(Set.of("a"), Map.of(), OptionalLong.empty());
        assertThat(progress.throughput()).isEmpty();
        for (int second = 10; second <= 600; second += 10) {
            progress.add("a", page(second <= 300 ? 1_000 : 10, true, OptionalLong.empty()));
            progress.isDue("syncing_a", START.plusSeconds(second));
        }

        assertThat(progress.throughput()).hasValue(1.0);
    }

    private static Progress progress(
            Set<String> streams, Map<String, PassPosition> positions, OptionalLong livedBefore) {
        return new Progress(streams, positions, 0, livedBefore, START);
    }

    private static PulledPage page(int records, boolean more, OptionalLong total) {
        List<Quarantined> any = Collections.nCopies(records, new Quarantined("T", "1", "", ""));
        return new PulledPage(List.of(), any, 0, Optional.of("c"), more, total);
    }
}
