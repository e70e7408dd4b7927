package io.syncline.operations;

import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Judges whether the data is as it should be, not only the process. Safe for use by many threads; however often it is asked, the
 * database is asked at most once a second and waited for at most two.
 */
final class Health implements AutoCloseable {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BooleanSupplier database;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;
    private final Clock clock;
    private final ExecutorService asking = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "syncline-health");
        thread.setDaemon(true);
        return thread;
    });

    private Future<Boolean> question;
    private long askedNanos;

    Health(Database database, Supplier<? extends Collection<IntegrationStatus>> integrations, Clock clock) {
        this(new Census(database)::reachable, integrations, clock);
    }

    Health(BooleanSupplier database, Supplier<? extends Collection<IntegrationStatus>> integrations, Clock clock) {
        this.database = database;
        this.integrations = integrations;
        this.clock = clock;
    }

    HealthReport check() {
        if (!databaseAnswers()) {
            return HealthReport.databaseDown();
        }
        Instant now = clock.instant();
        List<IntegrationHealth> judged = new ArrayList<>();
        for (IntegrationStatus status : integrations.get()) {
            judged.add(IntegrationHealth.of(status, now));
        }
        return HealthReport.of(judged);
    }

    private boolean databaseAnswers() {
        Future<Boolean> asked = ask();
        try {
            return asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The question that still waits for an answer, or whose answer is fresh; else a new one. */
    private synchronized Future<Boolean> ask() {
        boolean stale = System.nanoTime() - askedNanos > FRESH.toNanos();
        if (question == null || (question.isDone() && stale)) {
            askedNanos = System.nanoTime();
            question = asking.submit(database::getAsBoolean);
        }
        return question;
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
