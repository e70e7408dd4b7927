package io.syncline.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The judgement on one integration.
 *
 * @param reason what is wrong with it; empty while it is up
 */
record IntegrationHealth(IntegrationStatus status, Optional<String> reason, Duration lag) {

    /** A schedule may miss this many turns before data counts as late. */
    private static final int TURNS = 3;

    static IntegrationHealth of(IntegrationStatus status, Instant now) {
        return new IntegrationHealth(
                status, status.enabled() ? reason(status, now) : Optional.empty(), status.lag(now));
    }

    private static Optional<String> reason(IntegrationStatus status, Instant now) {
        if (status.trouble().isPresent()) {
            return status.trouble();
        }
        if (status.refused().isPresent()) {
            return status.refused()
                    .map(file -> "the file " + file.place()
                            + " cannot be used as it was saved, so what it held before runs on; the log says why");
        }
        if (status.breaker() == IntegrationStatus.Breaker.OPEN) {
            return Optional.of(
                    "its circuit breaker is open after repeated failures of upstream; it tries again by itself");
        }
        if (status.lag(now).compareTo(status.expectedInterval().multipliedBy(TURNS)) <= 0) {
            return Optional.empty();
        }
        // A first sync that takes its time is late as well: what is served is not complete.
        String since = status.lastSuccess().isPresent() ? "it has not synced for " : "it has not synced yet, for ";
        String doing = status.running() ? "; a job is running" : "";
        String why = status.lastFailure()
                .map(failure -> "; its last job failed (" + failure + "), the log says more")
                .orElse("");
        return Optional.of(since + status.lag(now).toSeconds() + " s, its interval is "
                + status.expectedInterval().toSeconds() + " s" + doing + why);
    }

    boolean isUp() {
        return reason.isEmpty();
    }
}
