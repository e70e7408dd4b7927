package io.syncline.integration;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.core5.http.HttpResponse;

/**
 * How many requests an upstream still takes with one credential, as its answers tell: unlimited until one tells of a limit. Requests in hand and those
 * that were promised count as made. Safe for use by many threads.
 */
final class Budget {

    /** Upstreams tell in whole seconds when a span ends. */
    private static final Duration IMPRECISION = Duration.ofMillis(1_500);
    /** How long a span is taken to be that began and of which no answer has told yet. */
    private static final Duration UNTOLD = Duration.ofSeconds(5);

    private static final long MOST = 1_000_000;

    private final Clock clock;
    private boolean known;
    /** The most that was ever left: what a new span of time is assumed to bring. */
    private long limit = 1;
    /** What a span is assumed to bring of which no answer has told: twice as much as the one before it. */
    private long assumed = 1;

    private boolean told;
    private long remaining;
    private Instant reset = Instant.MIN;
    private int inHand;
    private int promised;

    Budget(Clock clock) {
        this.clock = clock;
    }

    /** How long to wait; empty where a request may be made, which is promised then. */
    synchronized Optional<Duration> promise() {
        Instant now = clock.instant();
        renew(now);
        if (known && remaining - inHand - promised <= 0) {
            return Optional.of(untilReset(now));
        }
        promised++;
        return Optional.empty();
    }

    /**
     * Makes a request.
     *
     * @throws SyncFailure.Throttled if there is none left
     */
    synchronized void take() {
        Instant now = clock.instant();
        renew(now);
        if (known && remaining - inHand <= 0) {
            throw new SyncFailure.Throttled(
                    "the upstream takes no more requests with this credential for now",
                    Optional.of(untilReset(now)),
                    null);
        }
        promised = Math.max(0, promised - 1);
        inHand++;
    }

    /** A request had no answer. */
    synchronized void failed() {
        inHand--;
    }

    /** A request was answered. Answers may come in another order than they were given, so within a span of time one tells of less at most. */
    synchronized void answered(HttpResponse response) {
        inHand--;
        Instant now = clock.instant();
        renew(now);
        Optional<RateLimitHeaders> headers = RateLimitHeaders.read(response, now);
        if (headers.isEmpty()) {
            // Of a span that began anew, and that nothing is told of, no end would ever be known.
            known &= told;
            remaining--;
        } else if (!known || headers.get().reset().isAfter(now)) {
            // Else it tells of a span that is over.
            learn(headers.get());
        }
    }

    private void learn(RateLimitHeaders headers) {
        boolean anotherSpan = !told || headers.reset().isAfter(reset.plus(IMPRECISION));
        remaining = known && !anotherSpan ? Math.min(remaining, headers.remaining()) : headers.remaining();
        known = true;
        told = true;
        reset = headers.reset();
        limit = Math.max(1, headers.limit().orElse(Math.max(limit, headers.remaining())));
    }

    private void renew(Instant now) {
        if (known && !now.isBefore(reset)) {
            // What was promised may never be asked, and an answer may never come.
            assumed = told ? limit : Math.min(MOST, 2 * assumed);
            remaining = assumed;
            promised = 0;
            told = false;
            reset = now.plus(UNTOLD);
        }
    }

    /** A little longer, so that a clock that differs a little does not ask too early. */
    private Duration untilReset(Instant now) {
        return told ? Duration.between(now, reset).plusMillis(50) : Duration.ofMillis(200);
    }
}
