package io.syncline.job;

import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** When a job of each integration last went well, whichever process of the database ran it. Safe for use by many threads. */
final class LastSuccesses {

    /** Another process may have ended a job. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private record Loaded(Map<String, Instant> completed, Instant at) {}

    private final JobRows rows;
    private final boolean shared;
    private final Clock clock;
    private final Map<String, Instant> here = new ConcurrentHashMap<>();
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Loaded loaded;

    LastSuccesses(JobRows rows, Database.Dialect dialect, Clock clock) {
        this.rows = rows;
        this.shared = dialect == Database.Dialect.POSTGRESQL;
        this.clock = clock;
        this.loaded = load();
    }

    /** A job has gone well in this process. */
    void add(String integrationId, Instant completed) {
        here.put(integrationId, completed);
    }

    /** Empty if no job of it ever did. */
    Optional<Instant> of(String integrationId) {
        // Whoever comes while it is read takes what was read before, and does not wait.
        if (shared && isStale() && loading.tryLock()) {
            try {
                loaded = isStale() ? load() : loaded;
            } finally {
                loading.unlock();
            }
        }
        Instant ownLast = here.getOrDefault(integrationId, Instant.MIN);
        Instant last = loaded.completed.getOrDefault(integrationId, Instant.MIN);
        return Optional.of(last.isAfter(ownLast) ? last : ownLast).filter(at -> !at.equals(Instant.MIN));
    }

    private boolean isStale() {
        return Duration.between(loaded.at, clock.instant()).compareTo(FRESH) > 0;
    }

    private Loaded load() {
        Instant now = clock.instant();
        return new Loaded(rows.lastCompleted(), now);
    }
}
