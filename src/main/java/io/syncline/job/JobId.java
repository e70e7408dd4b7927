package io.syncline.job;

import java.security.SecureRandom;
import java.time.Instant;

/** Makes ids of jobs that sort by time. Safe for use by many threads. */
final class JobId {

    private static final long TWENTY_BITS = 1L << 20;

    private final SecureRandom random = new SecureRandom();

    String next(Instant now) {
        return "sync-job-%012x%05x".formatted(now.toEpochMilli(), random.nextLong(TWENTY_BITS));
    }
}
