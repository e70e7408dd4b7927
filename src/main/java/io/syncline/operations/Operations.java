package io.syncline.operations;

import io.syncline.access.Access;
import io.syncline.changelog.Changelog;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, metrics and the console's lines of one running Syncline. Safe for use by many threads. */
public final class Operations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final Duration TICK = Duration.ofSeconds(3);

    private final Inquiry<Boolean> databaseAnswers;
    private final Inquiry<List<Census.Count>> counts;
    private final HealthEndpoint healthEndpoint;
    private final MetricsEndpoint metricsEndpoint;
    private final Console console;
    private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syncline-console");
        thread.setDaemon(true);
        return thread;
    });

    private Operations(
            Metrics metrics,
            Database database,
            Changelog changelog,
            Access access,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock) {
        Census census = new Census(database, changelog, integrations);
        databaseAnswers = new Inquiry<>(census::reachable);
        counts = new Inquiry<>(census::counts);
        healthEndpoint = new HealthEndpoint(new Health(databaseAnswers, integrations, clock));
        metricsEndpoint = new MetricsEndpoint(metrics, access, counts, integrations, clock);
        console = new Console(metrics, changelog::head, integrations, clock, Console.log());
    }

    /**
     * Makes the endpoints and the console.
     *
     * @param integrations how all configured integrations stand now, asked for at each health check, each scrape and every few seconds;
     *     must not wait for upstream
     */
    public static Operations create(
            Metrics metrics,
            Database database,
            Changelog changelog,
            Access access,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock) {
        metrics.watchHead(changelog::head);
        return new Operations(metrics, database, changelog, access, integrations, clock);
    }

    /** The bean behind {@code /observe/health}. */
    public HealthEndpoint healthEndpoint() {
        return healthEndpoint;
    }

    /** The bean behind {@code /observe/metrics}. */
    public MetricsEndpoint metricsEndpoint() {
        return metricsEndpoint;
    }

    /** Begins to write what happens to the log, a few lines a minute. */
    public void start() {
        ScheduledFuture<?> unused =
                ticking.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A failed tick, such as one while the database is away, must not end the ticking. */
    private void tick() {
        try {
            console.tick();
        } catch (RuntimeException e) {
            LOG.debug("No line this time: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        ticking.shutdownNow();
        databaseAnswers.close();
        counts.close();
    }
}
