package io.syncline.operations;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A question to something that may hang, such as a database whose server is gone. However many ask, it is put at most once a second and
 * waited for at most two. Safe for use by many threads.
 */
final class Inquiry<T> implements AutoCloseable {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Callable<T> question;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "syncline-inquiry");
        thread.setDaemon(true);
        return thread;
    });

    private Optional<Future<T>> asked = Optional.empty();
    private long askedNanos;

    Inquiry(Callable<T> question) {
        this.question = question;
    }

    /** What was found out within the last second, or now; empty if the question failed or was not answered in time. */
    Optional<T> answer() {
        try {
            return Optional.of(ask().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The question that still waits for an answer, or whose answer is fresh; else a new one. */
    private synchronized Future<T> ask() {
        boolean stale = System.nanoTime() - askedNanos > FRESH.toNanos();
        if (asked.isEmpty() || (asked.get().isDone() && stale)) {
            askedNanos = System.nanoTime();
            asked = Optional.of(asking.submit(question));
        }
        return asked.get();
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
