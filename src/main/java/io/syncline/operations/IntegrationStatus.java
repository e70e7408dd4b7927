package io.syncline.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one configured integration stands, as the room that runs its jobs knows it.
 *
 * @param enabled whether it is meant to sync at all; one that is not has no lag and no trouble
 * @param expectedInterval the time between two runs by its schedule; for a cron schedule the longest wait that is normal
 * @param since from when on it was due to sync in this process: the start, or when it was enabled or resumed
 * @param lastSuccess when a run last ended well, also before the last restart; empty if none ever did
 * @param running whether a job of it runs now
 * @param lastFailure the class of failure that its last run ended with, such as {@code transient}; empty once one ended well
 * @param breaker the state of its circuit breaker
 * @param trouble what keeps it from syncing until someone acts, such as a refused token; for a person, and without
 *     secrets, addresses or upstream's own words, for health shows it to callers without a token
 * @param refused a file that its routes come from and that was saved as it cannot be used; what ran before runs on
 */
public record IntegrationStatus(
        String id,
        boolean enabled,
        Duration expectedInterval,
        Instant since,
        Optional<Instant> lastSuccess,
        boolean running,
        Optional<String> lastFailure,
        Breaker breaker,
        Optional<String> trouble,
        Optional<RefusedFile> refused) {

    /**
     * A file that cannot be used.
     *
     * @param place its name and the line, as far as the line is known
     * @param reason what is wrong with it, with parts of what it holds: not for everyone
     */
    public record RefusedFile(String place, String reason) {}

    /** The states of a circuit breaker. */
    public enum Breaker {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** How long ago it was last in step with upstream: since its last success, or since it was due if there was none. */
    Duration lag(Instant now) {
        Duration lag = Duration.between(lastSuccess.orElse(since), now);
        return lag.isNegative() ? Duration.ZERO : lag;
    }
}
