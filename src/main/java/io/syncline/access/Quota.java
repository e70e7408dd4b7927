package io.syncline.access;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * So many in each window of time, for each of many keys. What it remembers is bounded: keys beyond {@value #MOST_KEYS} in one window share one
 * count. Safe for use by many threads.
 */
final class Quota {

    static final int MOST_KEYS = 10_000;

    private static final String OTHERS = "";

    private final int most;
    private final long windowMillis;
    private final Clock clock;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private volatile long cleared;

    private record Count(long window, int used) {}

    /** @param most 0 for no limit */
    Quota(int most, Duration window, Clock clock) {
        this.most = most;
        this.windowMillis = window.toMillis();
        this.clock = clock;
    }

    /**
     * Uses one.
     *
     * @return how many are used in this window now
     */
    int use(String key) {
        if (most == 0) {
            return 0;
        }
        long window = Math.floorDiv(clock.millis(), windowMillis);
        return counts.compute(keyOrOthers(key, window), (same, before) -> {
                    int used = before == null || before.window() != window ? 0 : before.used();
                    return new Count(window, used == Integer.MAX_VALUE ? used : used + 1);
                })
                .used();
    }

    /** Seconds until the next window, at least one, if so many are more than there may be. */
    OptionalLong secondsToWait(int used) {
        if (most == 0 || used <= most) {
            return OptionalLong.empty();
        }
        long left = windowMillis - Math.floorMod(clock.millis(), windowMillis);
        return OptionalLong.of(Math.max(1, (left + 999) / 1_000));
    }

    private String keyOrOthers(String key, long window) {
        if (counts.size() < MOST_KEYS || counts.containsKey(key)) {
            return key;
        }
        if (cleared != window) {
            cleared = window;
            counts.values().removeIf(count -> count.window() != window);
        }
        return counts.size() < MOST_KEYS ? key : OTHERS;
    }
}
