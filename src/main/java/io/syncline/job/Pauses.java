package io.syncline.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which integrations pause because their upstream refuses the credentials. A pause ends by itself, for an upstream may refuse for a while
 * what it accepts again; each pause in a row is twice as long. Safe for use by many threads.
 */
final class Pauses {

    private static final Duration SHORTEST = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private record Pause(Instant until, Duration length) {}

    private final Clock clock;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    Pauses(Clock clock) {
        this.clock = clock;
    }

    /** Pauses an integration and says until when. */
    Instant pause(String integrationId) {
        return pauses.compute(integrationId, (id, before) -> {
                    Duration length = before == null ? SHORTEST : before.length.multipliedBy(2);
                    Duration bounded = length.compareTo(LONGEST) > 0 ? LONGEST : length;
                    return new Pause(clock.instant().plus(bounded), bounded);
                })
                .until;
    }

    boolean isPaused(String integrationId) {
        return Optional.ofNullable(pauses.get(integrationId))
                .map(pause -> pause.until.isAfter(clock.instant()))
                .orElse(false);
    }

    void clear(String integrationId) {
        pauses.remove(integrationId);
    }
}
