package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCoverage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told without the library is what the library tells. */
class IsoTimeTest {

    @Property(tries = 20_000)
    void takesForNormalOnlyWhatTheLibraryWritesJustSo(@ForAll("nearlyTimes") String text) {
        boolean normal = IsoTime.isNormal(text);

        Statistics.label("normal").collect(normal);
        Statistics.label("normal").coverage(IsoTimeTest::bothOften);
        if (normal) {
            assertThat(Instant.parse(text).toString()).isEqualTo(text);
        }
    }

    private static void bothOften(StatisticsCoverage coverage) {
        coverage.check(true).percentage(share -> share > 10);
        coverage.check(false).percentage(share -> share > 10);
    }

    @Property
    void takesForNormalWhatTheLibraryWrites(@ForAll("times") Instant time) {
        assertThat(IsoTime.isNormal(time.toString())).isTrue();
    }

    @Provide
    Arbitrary<Instant> times() {
        Arbitrary<Integer> nanos = Arbitraries.integers().between(0, 999_999_999);
        return Combinators.combine(
                        // From the year 100 to the end of 9999.
                        Arbitraries.longs().between(-59_011_459_200L, 253_402_300_799L),
                        Arbitraries.oneOf(
                                Arbitraries.just(0),
                                nanos,
                                nanos.map(n -> n / 1_000 * 1_000),
                                nanos.map(n -> n / 1_000_000 * 1_000_000)))
                .as((seconds, fraction) -> Instant.ofEpochSecond(seconds, fraction));
    }

    /** Times, half of them with a character that is another. */
    @Provide
    Arbitrary<String> nearlyTimes() {
        Arbitrary<Optional<Character>> other =
                Arbitraries.chars().with("0123456789-:.TZ+ e\u0661").optional(0.5);
        return Combinators.combine(times(), other, Arbitraries.integers().between(0, 29))
                .as((time, changed, at) -> {
                    StringBuilder text = new StringBuilder(time.toString());
                    changed.ifPresent(character -> text.setCharAt(at % text.length(), character));
                    return text.toString();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z"})
    void takesNoDayForNormalThatIsNot(String text) {
        assertThat(IsoTime.isNormal(text)).isFalse();
    }

    @Test
    void refusesAnEmptyText() {
        assertThatThrownBy(() -> IsoTime.parse("")).isInstanceOf(DateTimeException.class);
    }
}
