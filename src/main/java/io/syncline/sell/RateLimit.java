package io.syncline.sell;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the requests of each token by the second. Safe for use by many threads. */
final class RateLimit {

    private static final int MOST_TOKENS = 10_000;

    private final int perSecond;
    private final Clock clock;
    private final Map<String, Second> current = new ConcurrentHashMap<>();

    private record Second(long second, int requests) {}

    /**
     * A limit for each token.
     *
     * @param perSecond 0 for no limit
     */
    RateLimit(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /**
     * Counts a request.
     *
     * @throws SellException if the token has used up its requests of this second
     */
    void count(String tokenId) {
        if (perSecond == 0) {
            return;
        }
        long now = Math.floorDiv(clock.millis(), 1_000L);
        if (current.size() >= MOST_TOKENS) {
            current.values().removeIf(second -> second.second() < now);
        }
        Second second = current.compute(
                tokenId,
                (token, before) -> before == null || before.second() != now
                        ? new Second(now, 1)
                        : new Second(now, before.requests() + 1));
        if (second.requests() > perSecond) {
            throw SellException.tooMany("More than " + perSecond + " requests a second with this token.", 1);
        }
    }
}
