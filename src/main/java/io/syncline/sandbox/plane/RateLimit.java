package io.syncline.sandbox.plane;

import java.time.InstantSource;

/** So many requests in each minute of the clock. Thread-safe. */
final class RateLimit {
    private static final long WINDOW_SECONDS = 60;

    private final int perMinute;
    private final InstantSource clock;
    private long window;
    private int used;

    /**
     * What one request was told.
     *
     * @param remaining how many more the window allows
     * @param resetAt when the next window begins, in seconds since 1970
     */
    record Verdict(boolean allowed, int remaining, long resetAt) {}

    RateLimit(int perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    synchronized Verdict take() {
        long current = clock.instant().getEpochSecond() / WINDOW_SECONDS;
        if (current != window) {
            window = current;
            used = 0;
        }
        boolean allowed = used < perMinute;
        if (allowed) {
            used++;
        }
        return new Verdict(allowed, perMinute - used, (window + 1) * WINDOW_SECONDS);
    }
}
