package io.syncline.job;

import io.syncline.changelog.PassPosition;
import io.syncline.integration.PulledPage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** How far a job is, and how fast, from what its pages tell. Safe for use by many threads. */
final class Progress {

    /** How often it is written down at most. */
    private static final Duration REPORT_EVERY = Duration.ofSeconds(2);
    /** How often a person is told. */
    private static final Duration TELL_EVERY = Duration.ofSeconds(30);
    /** How far back the rate looks. */
    private static final Duration WINDOW = Duration.ofMinutes(3);

    private record Sample(Instant at, long processed) {}

    private final Set<String> streams;
    private final OptionalLong livedBefore;
    private final Map<String, Long> byStream = new HashMap<>();
    private final Map<String, Long> totals = new HashMap<>();
    private final Set<String> drained = new HashSet<>();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long processed;
    private Instant reported;
    private Instant told;
    private String stage = "";

    /**
     * How far a job is that begins or goes on.
     *
     * @param streams that it pulls, the ones that it has drained among them
     * @param positions where it stands in them
     * @param processed records so far
     * @param livedBefore how many entities were known before a job that pulls everything: what it will see, where the upstream tells no total
     */
    Progress(
            Set<String> streams,
            Map<String, PassPosition> positions,
            long processed,
            OptionalLong livedBefore,
            Instant now) {
        this.streams = streams;
        this.livedBefore = livedBefore;
        this.processed = processed;
        this.reported = now;
        this.told = now;
        positions.forEach((stream, position) -> {
            byStream.put(stream, position.processed());
            position.total().ifPresent(total -> totals.put(stream, total));
            if (position.drained()) {
                drained.add(stream);
            }
        });
        samples.add(new Sample(now, processed));
    }

    synchronized void add(String stream, PulledPage page) {
        int records = page.observed().size() + page.quarantined().size();
        processed += records;
        byStream.merge(stream, (long) records, Long::sum);
        page.total().ifPresent(total -> totals.put(stream, total));
        if (!page.hasMore()) {
            drained.add(stream);
        }
    }

    /** Whether it is time to write it down: at another stage, or after a while. */
    synchronized boolean isDue(String now, Instant at) {
        boolean due = !now.equals(stage) || Duration.between(reported, at).compareTo(REPORT_EVERY) >= 0;
        if (due) {
            stage = now;
            reported = at;
            samples.add(new Sample(at, processed));
            while (samples.size() > 2
                    && Duration.between(samples.peekFirst().at, at).compareTo(WINDOW) > 0) {
                samples.removeFirst();
            }
        }
        return due;
    }

    /** What to tell a person from time to time. */
    synchronized Optional<String> told(String stream, Instant at) {
        if (Duration.between(told, at).compareTo(TELL_EVERY) < 0) {
            return Optional.empty();
        }
        told = at;
        return Optional.of("stream %s: %d records so far%s"
                .formatted(
                        stream,
                        byStream.getOrDefault(stream, 0L),
                        throughput().isPresent()
                                ? ", %.0f a second".formatted(throughput().getAsDouble())
                                : ""));
    }

    synchronized String stage() {
        return stage;
    }

    synchronized long processed(String stream) {
        return byStream.getOrDefault(stream, 0L);
    }

    /** How many records the job will have processed. */
    synchronized OptionalLong total() {
        long sum = 0;
        for (String stream : streams) {
            Long total = drained.contains(stream) ? byStream.getOrDefault(stream, 0L) : totals.get(stream);
            if (total == null) {
                return livedBefore.isPresent() && livedBefore.getAsLong() > processed
                        ? livedBefore
                        : OptionalLong.empty();
            }
            sum += Math.max(total, byStream.getOrDefault(stream, 0L));
        }
        return OptionalLong.of(sum);
    }

    /** In percent, below 100: by the total, or else by the streams, each drained or as far as its own total tells. */
    synchronized int percent() {
        OptionalLong total = total();
        double part = total.isPresent() && total.getAsLong() > 0
                ? (double) processed / total.getAsLong()
                : streams.stream().mapToDouble(this::part).sum() / Math.max(1, streams.size());
        return (int) Math.min(99, 100 * part);
    }

    private double part(String stream) {
        if (drained.contains(stream)) {
            return 1;
        }
        double total = totals.getOrDefault(stream, 0L);
        return total == 0 ? 0 : Math.min(1, byStream.getOrDefault(stream, 0L) / total);
    }

    /** Records a second over the last minutes; empty before there are two samples. */
    synchronized OptionalDouble throughput() {
        double seconds =
                Duration.between(samples.getFirst().at, samples.getLast().at).toMillis() / 1_000.0;
        return seconds < 1
                ? OptionalDouble.empty()
                : OptionalDouble.of((samples.getLast().processed - samples.getFirst().processed) / seconds);
    }
}
