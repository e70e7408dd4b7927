package io.syncline.job;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where failed steps wait for their next try, holding no thread while they wait. The rest of a run goes on on its threads. Safe for use
 * by many threads.
 */
public final class RetryTimer extends ScheduledThreadPoolExecutor {

    /** As many runs can go on at a time after a retry; a run may wait for its upstream on such a thread. */
    private static final int THREADS = 32;

    public RetryTimer() {
        super(THREADS, threads());
        setKeepAliveTime(10, TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
        setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory threads() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "syncline-retry-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Lets everything that waits go on now: it finds out by itself whether it was asked to stop. */
    public void hurry() {
        for (Runnable waiting : getQueue().toArray(Runnable[]::new)) {
            if (remove(waiting)) {
                execute(waiting);
            }
        }
    }
}
