package io.syncline.operations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times the reads of one protocol's feeds. All its meters are made beforehand, so that recording looks nothing up, takes no
 * lock and costs well under a microsecond. Safe for use by many threads.
 */
public final class FeedMeter {

    private static final Duration[] BOUNDS = {
        Duration.ofNanos(100_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2)
    };

    private final Timer idle;
    private final Timer full;
    private final Counter changes;

    FeedMeter(MeterRegistry registry, String protocol) {
        idle = timer(registry, protocol, "idle");
        full = timer(registry, protocol, "changes");
        changes = Counter.builder("syncline.feed.changes")
                .description("Changes served to consumers")
                .tag("protocol", protocol)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String protocol, String result) {
        return Timer.builder("syncline.feed.page")
                .description("Pages read by consumers, from request to answer; idle ones had nothing new")
                .tag("protocol", protocol)
                .tag("result", result)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    /**
     * Records a page that was served.
     *
     * @param startedNanos {@link System#nanoTime()} when the request came in
     * @param changesOnPage how many changes it held; 0 for an idle poll
     */
    public void served(long startedNanos, int changesOnPage) {
        long elapsed = System.nanoTime() - startedNanos;
        if (changesOnPage == 0) {
            idle.record(elapsed, TimeUnit.NANOSECONDS);
        } else {
            full.record(elapsed, TimeUnit.NANOSECONDS);
            changes.increment(changesOnPage);
        }
    }

    /** How many pages were served since the start. */
    long pages() {
        return idle.count() + full.count();
    }
}
