package io.syncline.operations;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.syncline.changelog.Appended;
import io.syncline.http.ConnectionEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What is counted and timed, and the text in which Prometheus reads it. Whoever does something worth counting reports it here. Safe for
 * use by many threads.
 */
public final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, FeedMeter> feeds = new ConcurrentHashMap<>();
    private final Map<String, PullMeter> pulls = new ConcurrentHashMap<>();
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final MultiGauge lag = MultiGauge.builder("syncline.integration.lag")
            .description("Time since the integration last ended a sync well")
            .baseUnit("seconds")
            .register(registry);
    private final MultiGauge healthy = MultiGauge.builder("syncline.integration.healthy")
            .description("1 while health has nothing to say about the integration")
            .register(registry);
    private final MultiGauge breakers = MultiGauge.builder("syncline.integration.breaker")
            .description("1 for the state that the integration's circuit breaker is in")
            .register(registry);
    private final MultiGauge partial = MultiGauge.builder("syncline.entities.partial")
            .description("Entities with a relation that upstream did not know yet")
            .register(registry);
    private final MultiGauge positions = MultiGauge.builder("syncline.jobs.position")
            .description(
                    "The place in the queue of the job of an integration that waits for a place to work in, 1 for the next")
            .register(registry);
    private volatile Supplier<Map<String, Integer>> queue = Map::of;
    private volatile ToLongFunction<ConnectionEnd> endings = reason -> 0;
    private final MultiGauge quarantine = MultiGauge.builder("syncline.quarantine.records")
            .description("Records set aside because they could not be read or failed their type")
            .register(registry);

    private Metrics() {}

    public static Metrics create() {
        Metrics metrics = new Metrics();
        new JvmMemoryMetrics().bindTo(metrics.registry);
        new JvmThreadMetrics().bindTo(metrics.registry);
        new ClassLoaderMetrics().bindTo(metrics.registry);
        new ProcessorMetrics().bindTo(metrics.registry);
        new UptimeMetrics().bindTo(metrics.registry);
        new FileDescriptorMetrics().bindTo(metrics.registry);
        metrics.garbage.bindTo(metrics.registry);
        return metrics;
    }

    /** The meter of a protocol's feed reads, to be fetched once and kept; the same for every call with the same name. */
    public FeedMeter feed(String protocol) {
        return feeds.computeIfAbsent(protocol, name -> new FeedMeter(registry, name));
    }

    /** Records pages of a stream that were pulled and appended together. */
    public void appended(String integrationId, String stream, int pages, Appended appended) {
        pulls.computeIfAbsent(integrationId, id -> new PullMeter(registry, id)).appended(stream, pages, appended);
    }

    /** Shows the changelog's head, asked for at each scrape. */
    public void watchHead(LongSupplier head) {
        Gauge.builder("syncline.changelog.head", head, LongSupplier::getAsLong)
                .strongReference(true)
                .description("The highest sequence version")
                .register(registry);
    }

    /**
     * Shows how many clients are connected and why connections were ended, asked for at each scrape.
     *
     * @param ended how many for a reason
     */
    public void watchConnections(IntSupplier open, ToLongFunction<ConnectionEnd> ended) {
        Gauge.builder("syncline.http.connections", open::getAsInt)
                .strongReference(true)
                .description("Clients that are connected")
                .register(registry);
        endings = ended;
        for (ConnectionEnd reason : ConnectionEnd.values()) {
            // Of itself, for the registry holds what it asks only weakly.
            FunctionCounter.builder(
                            "syncline.http.connections.ended", this, metrics -> metrics.endings.applyAsLong(reason))
                    .tag("reason", reason.label())
                    .description("Connections that Syncline ended")
                    .register(registry);
        }
    }

    /**
     * Shows how many jobs work and wait here, asked for at each scrape.
     *
     * @param places how many may work at a time
     * @param working how many do
     * @param waiting the integrations whose jobs wait for a place, each with its place in the queue
     */
    public void watchJobs(int places, IntSupplier working, Supplier<Map<String, Integer>> waiting) {
        queue = waiting;
        Gauge.builder("syncline.jobs.places", () -> places)
                .description("Jobs that may work at a time")
                .register(registry);
        Gauge.builder("syncline.jobs.working", working::getAsInt)
                .strongReference(true)
                .description("Jobs that work")
                .register(registry);
        Gauge.builder("syncline.jobs.waiting", () -> waiting.get().size())
                .strongReference(true)
                .description("Jobs that wait for a place to work in")
                .register(registry);
    }

    /** What was pulled since the start, by integration. */
    Map<String, PullMeter> pulls() {
        return Map.copyOf(pulls);
    }

    /** How many pages consumers have read since the start, by any protocol. */
    long feedPages() {
        return feeds.values().stream().mapToLong(FeedMeter::pages).sum();
    }

    /** The text that Prometheus reads, version 0.0.4. */
    String scrape(Collection<IntegrationStatus> statuses, Collection<Census.Count> counts, Instant now) {
        List<MultiGauge.Row<?>> lags = new ArrayList<>();
        List<MultiGauge.Row<?>> healths = new ArrayList<>();
        List<MultiGauge.Row<?>> states = new ArrayList<>();
        for (IntegrationStatus status : statuses) {
            Tags tags = Tags.of("integration", status.id());
            if (status.enabled()) {
                lags.add(MultiGauge.Row.of(tags, status.lag(now).toMillis() / 1000.0));
                healths.add(MultiGauge.Row.of(
                        tags, IntegrationHealth.of(status, now).isUp() ? 1 : 0));
            }
            for (IntegrationStatus.Breaker state : IntegrationStatus.Breaker.values()) {
                states.add(MultiGauge.Row.of(
                        tags.and("state", state.name().toLowerCase(Locale.ROOT)), status.breaker() == state ? 1 : 0));
            }
        }
        List<MultiGauge.Row<?>> partials = new ArrayList<>();
        List<MultiGauge.Row<?>> quarantined = new ArrayList<>();
        for (Census.Count count : counts) {
            Tags tags = Tags.of("integration", count.integrationId());
            partials.add(MultiGauge.Row.of(tags, count.partial()));
            quarantined.add(MultiGauge.Row.of(tags, count.quarantined()));
        }
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        queue.get()
                .forEach((integration, position) ->
                        waiting.add(MultiGauge.Row.of(Tags.of("integration", integration), position)));
        synchronized (registry) {
            positions.register(waiting, true);
            lag.register(lags, true);
            healthy.register(healths, true);
            breakers.register(states, true);
            partial.register(partials, true);
            quarantine.register(quarantined, true);
            return registry.scrape();
        }
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
