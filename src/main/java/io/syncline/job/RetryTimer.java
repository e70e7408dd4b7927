package io.syncline.job;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Where failed steps wait for their next try, holding no thread while they wait. The rest of a run goes on on its threads. Safe for use
 * by many threads.
 */
public final class RetryTimer extends ScheduledThreadPoolExecutor {

    /** As many runs can go on at a time after a retry; a run may wait for its upstream on such a thread. */
    private static final int THREADS = 32;

    private static final ThreadLocal<Run> NEXT = new ThreadLocal<>();
    private final Map<Runnable, Run> runs = new ConcurrentHashMap<>();

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

    /** What this thread lets wait next is a step of that run. */
    void belongsTo(Run run) {
        NEXT.set(run);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(Runnable task, RunnableScheduledFuture<V> waiting) {
        return remembered(waiting);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(Callable<V> task, RunnableScheduledFuture<V> waiting) {
        return remembered(waiting);
    }

    private <V> RunnableScheduledFuture<V> remembered(RunnableScheduledFuture<V> waiting) {
        Run run = NEXT.get();
        if (run != null) {
            NEXT.remove();
            runs.put(waiting, run);
        }
        return waiting;
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable waited) {
        runs.remove(waited);
    }

    /** Lets some of those that wait go on now: each finds out by itself that it is not to go on. What belongs to no run goes with them. */
    void hurry(Predicate<Run> these) {
        for (Runnable waiting : getQueue().toArray(Runnable[]::new)) {
            Run run = runs.get(waiting);
            if ((run == null || these.test(run)) && remove(waiting)) {
                runs.remove(waiting);
                execute(waiting);
            }
        }
    }
}
