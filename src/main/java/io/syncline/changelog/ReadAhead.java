package io.syncline.changelog;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads the rows of the page after the one that a reader is just given, while that one is written and sent. They are kept under the cursor
 * that the reader is given, which no other is ever given: to it they are what a read would have found that took long to answer. What is
 * not asked for makes way after a while. Safe for use by many threads.
 */
final class ReadAhead implements AutoCloseable {

    /** Snapshots of a page kept, in bytes; larger ones are read when they are asked for. */
    static final int MOST_BYTES = 1024 * 1024;

    /** Smaller pages are read as soon as another thread has been told to. */
    static final int SMALLEST_PAGE = 50;

    /** Pages kept. While there are as many, no other is read ahead, for it would be given up before it is asked for. */
    static final int MOST_KEPT = 8;

    /** Who has not asked within this time has gone. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int IDLE_SECONDS = 10;
    private static final int SECONDS_TO_END = 2;

    private final int smallestPage;
    private final ThreadPoolExecutor threads;
    private final Clock clock;
    /** In the order in which they were begun. */
    private final Map<String, Ahead> kept = new LinkedHashMap<>();

    private static final class Ahead extends FutureTask<FeedRows.Rows> {

        private final Feed feed;
        private final int limit;
        private final long to;
        private final long begun;

        Ahead(Feed feed, int limit, long to, long begun, Callable<FeedRows.Rows> reading) {
            super(reading);
            this.feed = feed;
            this.limit = limit;
            this.to = to;
            this.begun = begun;
        }

        /** A page at the end of its feed is not what it was once the feed has moved, nor is one that ended early for its size. */
        boolean holds(FeedRows.Rows rows) {
            return rows.isFull(limit) || (!rows.hasMore() && feed.head() <= to);
        }

        /** Also where the clock was set back. */
        boolean isForgotten(long now) {
            return Math.abs(now - begun) > PATIENCE.toMillis();
        }
    }

    /** @param smallestPage to read ahead, in changes */
    ReadAhead(int smallestPage, Clock clock) {
        this.smallestPage = smallestPage;
        this.clock = clock;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_KEPT),
                task -> {
                    Thread thread = new Thread(task, "syncline-read-ahead");
                    thread.setDaemon(true);
                    return thread;
                },
                // What nobody begins to read, its reader reads.
                new ThreadPoolExecutor.DiscardPolicy());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Has the page after a cursor read soon.
     *
     * @param to up to where it is read
     */
    void begin(String cursor, Feed feed, int limit, long to, Callable<FeedRows.Rows> reading) {
        if (limit < smallestPage) {
            return;
        }
        long now = clock.millis();
        Ahead ahead = new Ahead(feed, limit, to, now, reading);
        synchronized (kept) {
            kept.values().removeIf(one -> one.isForgotten(now));
            if (kept.size() >= MOST_KEPT) {
                return;
            }
            kept.put(cursor, ahead);
        }
        threads.execute(ahead);
    }

    /** The rows after a cursor, at most once; empty if they are still to be read, or again. */
    Optional<FeedRows.Rows> take(String cursor, Feed feed, int limit) {
        Ahead ahead;
        synchronized (kept) {
            ahead = kept.remove(cursor);
        }
        if (ahead == null || ahead.feed != feed || ahead.limit != limit) {
            return Optional.empty();
        }
        ahead.run();
        try {
            return Optional.of(ahead.get()).filter(ahead::holds);
        } catch (ExecutionException failed) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
