package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.changelog.Observed;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandOverTest {

    @Test
    void saysWhereTheRouteIsMissingWhenNothingBeginsToAppend() throws Exception {
        HandOver handOver = new HandOver(Duration.ofMillis(1));
        assertThat(handOver.add(page(1))).isTrue();
        assertThatThrownBy(handOver::awaitAppended)
                .isInstanceOf(SyncFailure.Bug.class)
                .hasMessageContaining("routes/pipeline.camel.yaml")
                .hasMessageContaining("route append");
        assertThat(handOver.take()).isEmpty();
    }

    @Test
    void dropsThePageForWhichThereIsNoRoomWhenNothingBeginsToAppend() {
        HandOver handOver = new HandOver(Duration.ofMillis(1));
        assertThatThrownBy(() -> {
                    while (true) {
                        handOver.add(page(1));
                    }
                })
                .isInstanceOf(SyncFailure.Bug.class);
        assertThat(handOver.settled()).containsInstanceOf(SyncFailure.Bug.class);
    }

    @Test
    void waitsForAsLongAsItTakesOnceAppendingHasBegun() throws Exception {
        HandOver handOver = new HandOver(Duration.ofNanos(1));
        handOver.add(page(1));
        assertThat(handOver.take().orElseThrow().pages()).isEqualTo(1);
        CompletableFuture<Optional<Throwable>> settled = CompletableFuture.supplyAsync(handOver::settled);
        assertThat(handOver.add(page(2))).isFalse();
        assertThat(handOver.add(page(3))).isFalse();
        assertThat(handOver.take().orElseThrow().page().checkpoint()).contains("3");
        assertThat(settled).isNotDone();
        assertThat(handOver.take()).isEmpty();
        assertThat(settled.join()).isEmpty();
        assertThat(handOver.add(page(4))).isTrue();
    }

    private static PageInHand page(int number) {
        List<Observed> gone = List.of(new Observed.Gone("Form", Integer.toString(number), Optional.empty()));
        return new PageInHand(
                "form",
                new PulledPage(gone, List.of(), 0, Optional.of(Integer.toString(number)), true, OptionalLong.empty()),
                1,
                true);
    }
}
