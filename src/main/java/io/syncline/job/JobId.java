package io.syncline.job;

import java.security.SecureRandom;
import java.time.Instant;

/** Makes ids of jobs that sort by time. Safe for use by many threads. */
final class JobId {

    private static final long TWENTY_BITS = 1L << 20;

    private final SecureRandom random = new SecureRandom();

    String next(Instant now) {
        return earliest(now) + "%05x".formatted(random.nextLong(TWENTY_BITS));
    }

    /** What sorts before every id made from that time on, and after those from before. */
    static String earliest(Instant at) {
        return "sync-job-%012x".formatted(at.toEpochMilli());
    }
}
