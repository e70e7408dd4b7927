package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Revision;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatelyTest {

    private final Lately lately = new Lately();

    /** A client that asks for the next page while it acknowledges the last has two or three at a time, and they may be large. */
    @Test
    void knowsTheLastThreePagesHoweverLargeTheyAre() {
        for (long page = 0; page < 4; page++) {
            lately.add(page(page * 1_000 + 1, 1_000));
        }

        assertThat(lately.find(1_000)).isEmpty();
        assertThat(lately.find(1_001)).isPresent();
        assertThat(lately.find(4_000)).isPresent();
    }

    @Test
    void knowsMoreOfSmallOnes() {
        for (long page = 0; page < 100; page++) {
            lately.add(page(page * 10 + 1, 10));
        }

        assertThat(lately.find(500)).isEmpty();
        assertThat(lately.find(501)).isPresent();
    }

    private static PageItems page(long first, long count) {
        return new PageItems(LongStream.range(first, first + count)
                .mapToObj(LatelyTest::item)
                .toList());
    }

    private static Served item(long version) {
        Revision revision =
                new Revision(version, 1, "crm", "lead", Long.toString(version), false, Optional.empty(), version, true);
        return new Served(revision, "Lead", version, true, 0);
    }
}
