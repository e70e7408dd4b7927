package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {

    private final BlockingQueue<String> working = new LinkedBlockingQueue<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Turns turns = new Turns(2, run -> {});

    @AfterEach
    void close() {
        turns.close();
        camel.stop();
    }

    @Test
    void givesPlacesInTheOrderInWhichTheyWereAskedFor() throws InterruptedException {
        List<Exchange> exchanges = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d", "e")) {
            exchanges.add(take(id));
        }
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("a", "b");
        assertLoad(2, 3);
        assertThat(turns.position("a")).isEmpty();
        assertThat(turns.position("c")).contains(1);
        assertThat(turns.position("e")).contains(3);

        turns.giveBack(exchanges.get(1));
        assertThat(next()).isEqualTo("c");
        assertThat(turns.position("e")).contains(2);
        turns.giveBack(exchanges.get(1));
        assertLoad(2, 2);
        turns.giveBack(exchanges.get(0));
        turns.giveBack(exchanges.get(2));
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("d", "e");
        assertLoad(2, 0);
    }

    @Test
    void letsGoWithoutAPlaceWhatIsNotToWork() throws InterruptedException {
        take("a");
        take("b");
        next();
        next();
        Exchange waiting = take("c");
        take("d");

        turns.letGo(exchange -> exchange == waiting);

        assertThat(next()).isEqualTo("c");
        assertLoad(2, 1);
        turns.giveBack(waiting);
        assertLoad(2, 1);
    }

    @Test
    void letsASlowOneGoBeforeAQuickOneThatCameLater() throws InterruptedException {
        Run run = runThatWaitedLong();
        Exchange slow = take("slow");
        assertThat(next()).isEqualTo("slow");
        turns.take(slow, "slow", Optional.of(run), () -> working.add("slow, as such"));
        assertThat(next()).isEqualTo("slow, as such");
        take("quick");
        assertThat(next()).isEqualTo("quick");
        take("slow");
        take("quick, later");

        turns.giveBack(slow);

        assertThat(next()).isEqualTo("slow");
    }

    /** For its upstream, so that its integration counts as slow. */
    private static Run runThatWaitedLong() {
        Clock clock = Clock.systemUTC();
        JobRows rows = new JobRows(SharedDatabase.empty(Database.Dialect.SQLITE));
        Lease lease = Leases.open(rows, Database.Dialect.SQLITE, clock)
                .begin("slow", true, 0)
                .orElseThrow();
        Progress progress = new Progress(Set.of(), Map.of(), 0, OptionalLong.empty(), clock.instant());
        Run run = new Run(lease, "any", List.of(), stream -> Optional.empty(), progress, clock);
        run.pulls();
        Waiting.until("a slow answer", () -> Optional.of(run.pullingFor())
                .filter(waited -> waited.compareTo(Turns.SLOW) > 0));
        run.pulled();
        return run;
    }

    private void assertLoad(int work, int wait) {
        assertThat(turns.working()).isEqualTo(work);
        assertThat(turns.positions()).hasSize(wait);
    }

    private Exchange take(String id) {
        Exchange exchange = new DefaultExchange(camel);
        assertThat(turns.take(exchange, id, Optional.empty(), () -> working.add(id)))
                .isFalse();
        return exchange;
    }

    private String next() throws InterruptedException {
        return Optional.ofNullable(working.poll(30, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("nobody got a place"));
    }
}
