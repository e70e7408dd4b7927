package io.syncline.job;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A job as its row tells of it.
 *
 * @param byRequest whether somebody asked for it; else its schedule did
 * @param stage what it does now, such as {@code syncing_point}; empty while it does not run
 * @param progress in percent; 100 only for one that is completed
 * @param estimatedTotal how many records it will have processed, as far as that can be told
 * @param throughput records a second, over the last minutes that it ran
 * @param failure why it did not go well
 * @param heldBack deletes that wait for an approval
 */
public record Job(
        String id,
        String integrationId,
        JobType type,
        JobStatus status,
        boolean byRequest,
        JobOptions options,
        Optional<String> stage,
        int progress,
        OptionalLong estimatedTotal,
        OptionalDouble throughput,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> completedAt,
        Counts counts,
        Optional<SyncState.Failure> failure,
        long heldBack,
        boolean approved) {

    /** Records by what became of them; {@code processed} counts also those that had not changed. */
    public record Counts(long processed, long created, long updated, long deleted, long quarantined) {}

    /** From its first start to its end, or until now. */
    public Optional<Duration> duration(Instant now) {
        return startedAt.map(start -> Duration.between(start, completedAt.orElse(now)));
    }

    /** When it will be done, if it goes on as fast as in the last minutes. */
    public Optional<Instant> estimatedCompletion(Instant now) {
        if (status != JobStatus.RUNNING || estimatedTotal.isEmpty() || throughput.orElse(0) <= 0) {
            return Optional.empty();
        }
        double left = Math.max(0, estimatedTotal.getAsLong() - counts.processed());
        return Optional.of(
                now.plusMillis((long) (1_000 * left / throughput.getAsDouble())).truncatedTo(ChronoUnit.MILLIS));
    }
}
