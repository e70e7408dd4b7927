package io.syncline.storage;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Tells whoever waits for a large database to be migrated what is being done, and that it still is. */
final class MigrationProgress extends BaseCallback implements AutoCloseable {

    private final String database;
    private final Duration every;
    private final Consumer<String> console;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syncline-migration");
        thread.setDaemon(true);
        return thread;
    });
    private ScheduledFuture<?> telling;
    private long startedNanos;

    /** @param every how often to tell that it goes on */
    MigrationProgress(String database, Duration every, Consumer<String> console) {
        this.database = database;
        this.every = every;
        this.console = console;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE
                || event == Event.AFTER_EACH_MIGRATE
                || event == Event.AFTER_EACH_MIGRATE_ERROR;
    }

    @Override
    public void handle(Event event, Context context) {
        if (event == Event.BEFORE_EACH_MIGRATE) {
            began(context.getMigrationInfo().getVersion() + ", "
                    + context.getMigrationInfo().getDescription());
        } else {
            ended();
        }
    }

    void began(String version) {
        startedNanos = System.nanoTime();
        console.accept("Migrating " + database + " to version " + version
                + ". Where it is stopped meanwhile, it begins again at the next start");
        telling = clock.scheduleAtFixedRate(
                () -> console.accept("Still migrating to version " + version + ", for " + seconds() + " s so far"),
                every.toNanos(),
                every.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    void ended() {
        telling.cancel(false);
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
