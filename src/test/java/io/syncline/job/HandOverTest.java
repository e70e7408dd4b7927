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
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void leavesThePageToBeReadByWhoAppendsOnlyWhileNoneWaits() throws Exception {
        HandOver handOver = new HandOver();
        assertThat(handOver.isBehind()).isFalse();
        handOver.add(unread(1));
        assertThat(handOver.isBehind()).isTrue();
        handOver.add(page(2));
        handOver.add(page(3));
        PageInHand together = handOver.take().orElseThrow();
        assertThat(together.pages()).isEqualTo(3);
        assertThat(together.page().checkpoint()).contains("3");
        assertThat(handOver.isBehind()).isFalse();
    }

    @Test
    void tellsWhoAppendsWhyAPageCannotBeRead() throws Exception {
        HandOver handOver = new HandOver();
        handOver.add(PageInHand.unread("form", true, () -> {
            throw new SyncFailure.Schema("no such type", null);
        }));
        assertThatThrownBy(handOver::take).hasMessage("no such type");
    }

    @Test
    void readsAPageOnce() {
        AtomicInteger times = new AtomicInteger();
        PageInHand inHand = PageInHand.unread("form", true, () -> {
            times.incrementAndGet();
            return page(1).page();
        });
        assertThat(inHand.page()).isSameAs(inHand.page());
        assertThat(times).hasValue(1);
    }

    private static PageInHand page(int number) {
        PageInHand page = unread(number);
        page.page();
        return page;
    }

    private static PageInHand unread(int number) {
        List<Observed> gone = List.of(new Observed.Gone("Form", Integer.toString(number), Optional.empty()));
        return PageInHand.unread(
                "form",
                true,
                () -> new PulledPage(
                        gone, List.of(), 0, Optional.of(Integer.toString(number)), true, OptionalLong.empty()));
    }
}
