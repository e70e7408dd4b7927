package io.syncline.sell;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The open sessions, in memory: one that is forgotten loses nothing, for the next start has again what was not acknowledged. Safe for use by
 * many threads.
 */
final class Sessions {

    /** A session that nobody reads from ends after this. */
    static final Duration LIFETIME = Duration.ofHours(24);

    /** Of a device; past this its oldest ends. */
    private static final int MOST_OPEN = 10;

    private static final long PURGE_MILLIS = Duration.ofMinutes(10).toMillis();

    private final SecureRandom random = new SecureRandom();
    private final Map<UUID, Session> open = new HashMap<>();
    private final Map<DeviceKey, Deque<Session>> byDevice = new HashMap<>();
    private long purgedAt;

    synchronized Session start(DeviceKey device, Starts.Queue queue, long now) {
        purge(now);
        Session session = new Session(SessionId.fresh(random, device.principal()), device, queue, now);
        Deque<Session> ofDevice = byDevice.computeIfAbsent(device, d -> new ArrayDeque<>());
        if (ofDevice.size() == MOST_OPEN) {
            open.remove(ofDevice.removeFirst().id());
        }
        ofDevice.addLast(session);
        open.put(session.id(), session);
        return session;
    }

    synchronized Optional<Session> find(UUID id, long now) {
        Session session = open.get(id);
        if (session == null || expired(session, now)) {
            return Optional.empty();
        }
        session.used(now);
        return Optional.of(session);
    }

    synchronized void end(DeviceKey device) {
        Deque<Session> ofDevice = byDevice.remove(device);
        if (ofDevice != null) {
            ofDevice.forEach(session -> open.remove(session.id()));
        }
    }

    private void purge(long now) {
        if (now - purgedAt < PURGE_MILLIS) {
            return;
        }
        purgedAt = now;
        open.values().removeIf(session -> expired(session, now));
        byDevice.values().forEach(ofDevice -> ofDevice.removeIf(session -> expired(session, now)));
        byDevice.values().removeIf(Deque::isEmpty);
    }

    private static boolean expired(Session session, long now) {
        return now - session.usedAt() >= LIFETIME.toMillis();
    }
}
