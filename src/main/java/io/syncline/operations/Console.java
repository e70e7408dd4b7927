package io.syncline.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in plain lines what happens: how far a first sync is, when an integration falls ill or recovers, and a summary a minute. For use
 * by one thread, which calls {@link #tick()} every few seconds.
 */
final class Console {

    /** Where the lines go. */
    interface Lines {
        void say(String line);

        void warn(String line);
    }

    private static final Duration SUMMARY_EVERY = Duration.ofMinutes(1);

    private final Metrics metrics;
    private final LongSupplier head;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;
    private final Clock clock;
    private final Lines lines;

    private final Map<String, FirstSync> firstSyncs = new HashMap<>();
    private final Map<String, String> ill = new HashMap<>();
    private final Map<String, Long> changesAtSummary = new HashMap<>();
    private long pagesAtSummary;
    private Instant lastSummary;

    Console(
            Metrics metrics,
            LongSupplier head,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock,
            Lines lines) {
        this.metrics = metrics;
        this.head = head;
        this.integrations = integrations;
        this.clock = clock;
        this.lines = lines;
        this.lastSummary = clock.instant();
    }

    /** Writes to the log. */
    static Lines log() {
        Logger log = LoggerFactory.getLogger("io.syncline.Syncline");
        return new Lines() {
            @Override
            public void say(String line) {
                log.info(line);
            }

            @Override
            public void warn(String line) {
                log.warn(line);
            }
        };
    }

    /** Says what is new since the last tick. */
    void tick() {
        Instant now = clock.instant();
        Collection<IntegrationStatus> statuses = integrations.get();
        for (IntegrationStatus status : statuses) {
            tellFirstSync(status, now);
            tellHealth(status, now);
        }
        if (!now.isBefore(lastSummary.plus(SUMMARY_EVERY))) {
            summarise();
            lastSummary = now;
        }
    }

    private void tellFirstSync(IntegrationStatus status, Instant now) {
        Optional<PullMeter> pull = Optional.ofNullable(metrics.pulls().get(status.id()));
        if (status.lastSuccess().isEmpty()) {
            pull.ifPresent(meter -> firstSyncs
                    .computeIfAbsent(status.id(), id -> new FirstSync(status.since()))
                    .progress(status.id(), meter, now));
        } else {
            Optional.ofNullable(firstSyncs.remove(status.id())).ifPresent(first -> {
                long records = pull.map(Console::records).orElse(0L);
                long millis = Duration.between(first.began, status.lastSuccess().get())
                        .toMillis();
                lines.say(status.id() + ": first sync complete, " + grouped(records) + " records in " + seconds(millis)
                        + "; from now on only what changes is pulled");
            });
        }
    }

    private void tellHealth(IntegrationStatus status, Instant now) {
        IntegrationHealth health = IntegrationHealth.of(status, now);
        boolean stillInFirstSync = firstSyncs.containsKey(status.id()) && status.running();
        if (health.isUp()) {
            if (ill.remove(status.id()) != null) {
                lines.say(status.id() + ": well again");
            }
        } else if (!stillInFirstSync && ill.putIfAbsent(status.id(), "") == null) {
            lines.warn(status.id() + ": " + health.reason().orElseThrow());
        }
    }

    private void summarise() {
        StringJoiner byIntegration = new StringJoiner(", ", " (", ")").setEmptyValue("");
        long total = 0;
        for (Map.Entry<String, PullMeter> pull : metrics.pulls().entrySet()) {
            long changes = pull.getValue().changes();
            Long before = changesAtSummary.put(pull.getKey(), changes);
            long fresh = changes - (before == null ? 0 : before);
            if (fresh > 0) {
                byIntegration.add(pull.getKey() + " " + grouped(fresh));
            }
            total += fresh;
        }
        long pages = metrics.feedPages();
        lines.say("last minute: " + grouped(total) + " changes appended" + byIntegration + ", head "
                + grouped(head.getAsLong()) + ", " + grouped(pages - pagesAtSummary) + " pages read by consumers");
        pagesAtSummary = pages;
    }

    private static long records(PullMeter meter) {
        return meter.recordsOfStream().values().stream()
                .mapToLong(LongAdder::sum)
                .sum();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", Math.max(0, millis) / 1000.0);
    }

    /** An integration that has never ended a sync well, while it is pulled. */
    private final class FirstSync {

        private final Instant began;
        private final Map<String, Long> told = new HashMap<>();
        private Instant toldAt;

        FirstSync(Instant began) {
            this.began = began;
            this.toldAt = began;
        }

        void progress(String id, PullMeter meter, Instant now) {
            double elapsed = Math.max(0.001, Duration.between(toldAt, now).toMillis() / 1000.0);
            List<String> streams =
                    meter.recordsOfStream().keySet().stream().sorted().toList();
            for (String stream : streams) {
                long records = meter.recordsOfStream().get(stream).sum();
                Long before = told.put(stream, records);
                long fresh = records - (before == null ? 0 : before);
                if (fresh > 0) {
                    lines.say(id + ": first sync, stream " + stream + ", " + grouped(records) + " records, "
                            + grouped(Math.round(fresh / elapsed)) + "/s");
                }
            }
            toldAt = now;
        }
    }
}
