package io.syncline.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of a server: there are no more than there may be, and none keeps the server waiting for too long. Where there are as many as
 * there may be, those that have waited longest for a request make room for who comes, so that clients that only hold connections shut nobody out.
 * Safe for use by many threads.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** What the database, the routes' files and the upstreams need beside the clients. */
    private static final int OTHER_FILES = 256;

    private static final int SECONDS_BETWEEN_LINES = 60;

    /** Who makes room first: one whose request does not come whole, then one that has no request; of these who waits longest. */
    private static final Comparator<Waiting> FIRST_TO_GO =
            Comparator.comparing(Waiting::stage).thenComparing(Waiting::since);

    /** As it was when it was looked at, for it changes while others are compared with it. */
    private record Waiting(Connection connection, Connection.Stage stage, int since) {}

    private record Unread(Connection connection, long bytes, int takenAt) {}

    /** What is known of the endings for one reason. */
    private static final class Tally {
        private final LongAdder count = new LongAdder();
        private volatile String lastFrom = "";
        private long told;
        private int toldAt = -SECONDS_BETWEEN_LINES;
    }

    private final ConnectionLimits limits;
    private final int most;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Queue<Connection> replaceable = new ConcurrentLinkedQueue<>();
    private final Map<ConnectionEnd, Tally> tallies = new EnumMap<>(ConnectionEnd.class);
    private final AtomicInteger clock = new AtomicInteger();
    private final LongBodies longBodies;

    Connections(ConnectionLimits limits) {
        this.limits = limits;
        this.most = most(limits);
        this.longBodies = new LongBodies(limits.longBodies());
        for (ConnectionEnd reason : ConnectionEnd.values()) {
            tallies.put(reason, new Tally());
        }
    }

    private static int most(ConnectionLimits limits) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() - OTHER_FILES < limits.most()) {
            int possible = (int) Math.max(1, system.getMaxFileDescriptorCount() - OTHER_FILES);
            LOG.warn(
                    "syncline.http.max-connections is {}, but this process may open {} files (ulimit -n): at most {} clients can connect",
                    limits.most(),
                    system.getMaxFileDescriptorCount(),
                    possible);
            return possible;
        }
        return limits.most();
    }

    /** Seconds on the clock of this server. */
    int now() {
        return clock.get();
    }

    LongBodies longBodies() {
        return longBodies;
    }

    int open() {
        return count.get();
    }

    long ended(ConnectionEnd reason) {
        return tallies.get(reason).count.sum();
    }

    /** Takes a connection in, if it may stay. */
    boolean admit(Connection connection) {
        if (count.incrementAndGet() > most && !makeRoom()) {
            count.decrementAndGet();
            count(ConnectionEnd.REFUSED, connection);
            return false;
        }
        open.add(connection);
        return true;
    }

    /** The connection is closed. */
    void left(Connection connection) {
        connection.forgetBodies();
        if (open.remove(connection)) {
            count.decrementAndGet();
        }
    }

    private boolean makeRoom() {
        for (Connection next = replaceable.poll(); next != null; next = replaceable.poll()) {
            if (next.replace()) {
                return true;
            }
        }
        return false;
    }

    void count(ConnectionEnd reason, Connection connection) {
        Tally tally = tallies.get(reason);
        tally.count.increment();
        tally.lastFrom = connection.address();
    }

    /** Moves the clock on by a second and looks at all connections. */
    synchronized void tick() {
        clock.incrementAndGet();
        List<Unread> unread = new ArrayList<>();
        long unreadBytes = 0;
        for (Connection connection : open) {
            long bytes = connection.unread();
            if (bytes > 0) {
                unread.add(new Unread(connection, bytes, connection.takenAt()));
                unreadBytes += bytes;
            }
            connection.look(limits);
        }
        if (unreadBytes > limits.unread()) {
            endUnread(unread, unreadBytes - limits.unread() / 2);
        }
        findReplaceable();
        tell();
    }

    private static void endUnread(List<Unread> unread, long tooMuch) {
        unread.sort(Comparator.comparing(Unread::takenAt));
        long left = tooMuch;
        for (Unread next : unread) {
            if (left <= 0) {
                return;
            }
            next.connection().endSoon(ConnectionEnd.UNREAD_ANSWER);
            left -= next.bytes();
        }
    }

    /** Once a second and not as somebody comes, for then a client that opens many connections would have them all compared each time. */
    private void findReplaceable() {
        replaceable.clear();
        if (count.get() < most - most / 4) {
            return;
        }
        List<Waiting> waiting = new ArrayList<>();
        for (Connection connection : open) {
            Connection.Stage stage = connection.stage();
            int since = connection.since();
            if (connection.canBeReplaced()) {
                waiting.add(new Waiting(connection, stage, since));
            }
        }
        waiting.sort(FIRST_TO_GO);
        waiting.forEach(next -> replaceable.add(next.connection()));
    }

    private void tell() {
        tallies.forEach((reason, tally) -> {
            long ended = tally.count.sum() - tally.told;
            if (ended > 0 && now() - tally.toldAt >= SECONDS_BETWEEN_LINES) {
                tally.told += ended;
                tally.toldAt = now();
                tell(reason, ended, tally.lastFrom);
            }
        });
    }

    private void tell(ConnectionEnd reason, long ended, String lastFrom) {
        String connections = ended == 1 ? "a connection" : ended + " connections";
        switch (reason) {
            case REFUSED ->
                LOG.warn(
                        "Refused {}, the last from {}: {} are open, as many as syncline.http.max-connections allows, and none could make room yet",
                        connections,
                        lastFrom,
                        most);
            case REPLACED ->
                LOG.warn(
                        "Ended {}, the last from {}, to make room for others: {} are open, as many as syncline.http.max-connections allows",
                        connections,
                        lastFrom,
                        most);
            case SLOW_REQUEST ->
                LOG.warn(
                        "Ended {}, the last from {}: the request had not arrived after {} s, which syncline.http.request-timeout allows",
                        connections,
                        lastFrom,
                        limits.request().toSeconds());
            case UNREAD_ANSWER ->
                LOG.warn(
                        "Ended {}, the last from {}: nothing of the answer was taken for {} s, which syncline.http.answer-timeout allows, or more than {} MB waited for clients to take them",
                        connections,
                        lastFrom,
                        limits.answer().toSeconds(),
                        limits.unread() >> 20);
            case TOO_MANY_AHEAD ->
                LOG.warn(
                        "Ended {}, the last from {}: more than {} requests were sent ahead of their answers",
                        connections,
                        lastFrom,
                        Connection.MOST_AHEAD);
            case IDLE -> LOG.debug("Ended {} on which no request came, the last from {}", connections, lastFrom);
        }
    }
}
