package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the heads fresh with what other nodes append: PostgreSQL delivers their announcements in the order of the commits. Runs on a
 * thread and a connection of its own.
 */
final class HeadListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeadListener.class);

    /** Silence for so long makes it ask, since a connection may be dead without a sign. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Database database;
    private final Heads heads;
    private final Runnable setBack;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Connection connection;
    private boolean toldOfSetBack;

    private HeadListener(Database database, Heads heads, Runnable setBack) {
        this.database = database;
        this.heads = heads;
        this.setBack = setBack;
        this.thread = new Thread(this::run, "syncline-heads");
        this.thread.setDaemon(true);
    }

    /** @param setBack is run once, if it turns out that the database has lost what was committed */
    static HeadListener start(Database database, Heads heads, Runnable setBack) {
        HeadListener listener = new HeadListener(database, heads, setBack);
        listener.thread.start();
        return listener;
    }

    private void run() {
        boolean lost = false;
        while (closed.getCount() > 0) {
            try (Connection own = database.dedicatedConnection()) {
                connection = own;
                listen(own);
                if (lost) {
                    LOG.info("Hearing from the other nodes again");
                    lost = false;
                }
                follow(own);
            } catch (SQLException | RuntimeException e) {
                if (closed.getCount() > 0 && !lost) {
                    LOG.warn(
                            "Lost the connection that tells what other nodes append, trying again every second: {}",
                            e.getMessage());
                    lost = true;
                }
                pause();
            }
        }
    }

    /** First listens, then reads all: what is appended in between is announced. */
    private void listen(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            statement.execute("LISTEN " + PostgresChangelogSql.CHANNEL);
        }
        // A server that took over from another may not have heard of its last commits.
        lookForSetBack(own);
        heads.reload(own);
    }

    private void lookForSetBack(Connection own) throws SQLException {
        if (!toldOfSetBack && heads.isAheadOf(own)) {
            setBack.run();
            toldOfSetBack = true;
        }
    }

    private void follow(Connection own) throws SQLException {
        PGConnection notified = own.unwrap(PGConnection.class);
        while (closed.getCount() > 0) {
            PGNotification[] notifications = notified.getNotifications((int) SILENCE.toMillis());
            if (notifications.length == 0) {
                lookForSetBack(own);
                heads.check(own);
            }
            for (PGNotification notification : notifications) {
                hear(own, notification.getParameter());
            }
        }
    }

    private void hear(Connection own, String text) throws SQLException {
        Announcement announcement = Announcement.parse(text).orElse(null);
        if (announcement == null) {
            heads.reload(own);
            return;
        }
        if (announcement.last() <= heads.head()) {
            // From this node, or known already.
            return;
        }
        if (!heads.known()
                .byNo()
                .keySet()
                .containsAll(announcement.lastByCollection().keySet())) {
            heads.loadCollections(own);
        }
        heads.committed(announcement.first(), announcement.last(), changes(own, announcement));
    }

    private LastChanges changes(Connection own, Announcement announcement) throws SQLException {
        Heads.Known known = heads.known();
        if (heads.watchesScopes() && !announcement.lastByCollection().isEmpty()) {
            // Scopes would not fit into an announcement.
            return LastChanges.read(own, known, announcement.first() - 1, announcement.last());
        }
        Map<EntityCollection, Long> lastByCollection = new HashMap<>();
        announcement
                .lastByCollection()
                .forEach((no, seq) -> lastByCollection.put(known.byNo().get(no), seq));
        return LastChanges.ofCollections(lastByCollection);
    }

    private void pause() {
        try {
            closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Connection own = connection;
        try {
            if (own != null) {
                own.abort(Runnable::run);
            }
            thread.join(STOP.toMillis());
        } catch (SQLException e) {
            LOG.debug("The listening connection could not be cut", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
