package io.syncline.changelog;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has the second half of a page read by another thread while its reader reads the first half, where a thread is idle. Safe for use by many
 * threads.
 */
final class PageHalves implements AutoCloseable {

    /** A smaller page is read as soon as another thread has been told to. */
    static final int SMALLEST_PAGE = 200;

    private static final int IDLE_SECONDS = 10;
    private static final int SECONDS_TO_END = 2;

    private final int smallestPage;
    private final ThreadPoolExecutor threads;

    /** @param smallestPage to read in halves, in changes; 2 or more */
    PageHalves(int smallestPage) {
        this.smallestPage = smallestPage;
        threads = new ThreadPoolExecutor(
                0,
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "syncline-half");
                    thread.setDaemon(true);
                    return thread;
                },
                // What nobody begins to read, the page's reader reads.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** How many changes the first half of a page has; 0 if it is to be read as a whole. */
    int first(int limit) {
        return limit < smallestPage ? 0 : limit / 2;
    }

    /** A second half that may have been begun. */
    static final class Second {

        private final FutureTask<FeedRows.Rows> task;

        private Second(Callable<FeedRows.Rows> reading) {
            task = new FutureTask<>(reading);
        }

        /** What it has, read by this thread if no other has begun. To be asked for without a connection held, for the reading takes one. */
        FeedRows.Rows rows() {
            task.run();
            try {
                return task.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException("A page's second half cannot be read", failed.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while reading a page", e);
            }
        }
    }

    Second begin(Callable<FeedRows.Rows> reading) {
        Second second = new Second(reading);
        threads.execute(second.task);
        return second;
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
