package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RetryTimerTest {

    private final RetryTimer timer = new RetryTimer();
    private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @Test
    void letsOnlyThoseRunsGoOnThatAreToEnd() throws InterruptedException {
        Run stopped = run();
        Run other = run();
        waits(other, "other");
        waits(stopped, "stopped");
        waits(stopped, "stopped too");

        stopped.requestStop(Asked.STOP, thread -> {});
        timer.hurry(Run::isToEnd);

        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("stopped", "stopped too");
        assertThat(timer.getQueue()).hasSize(1);
        other.requestStop(Asked.STOP, thread -> {});
        timer.hurry(Run::isToEnd);
        assertThat(next()).isEqualTo("other");
    }

    private void waits(Run run, String name) {
        timer.belongsTo(run);
        ScheduledFuture<?> unused = timer.schedule(() -> gone.add(name), 1, TimeUnit.HOURS);
    }

    private String next() throws InterruptedException {
        return Optional.ofNullable(gone.poll(30, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("nobody went on"));
    }

    private static Run run() {
        Progress progress = new Progress(Set.of(), Map.of(), 0, OptionalLong.empty(), Instant.EPOCH);
        return new Run(null, "letsbuild", List.of("project"), stream -> Optional.empty(), progress, Clock.systemUTC());
    }
}
