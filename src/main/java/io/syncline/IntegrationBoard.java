package io.syncline;

import io.syncline.integration.ErrorClass;
import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.job.Breakers;
import io.syncline.job.Jobs;
import io.syncline.job.SyncState;
import io.syncline.operations.IntegrationStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/** Gathers how the integrations stand from the rooms that know: settings, jobs, route files and Camel's circuit breakers. Safe for use by many threads. */
final class IntegrationBoard implements Supplier<List<IntegrationStatus>> {

    /** Enough turns of a cron schedule to meet its longest wait: a month of hourly ones, more than a year of weekly ones. */
    private static final int TURNS_LOOKED_AT = 750;

    private final List<IntegrationSettings> integrations;
    private final Jobs jobs;
    private final Supplier<CamelContext> camel;
    private final Function<IntegrationSettings, Optional<IntegrationStatus.RefusedFile>> refusedFiles;
    private final Instant started;
    private final Function<IntegrationSettings, Schedule> schedules;
    private final Map<String, Patience> patience = new ConcurrentHashMap<>();

    /** The longest wait of an integration's schedule, which takes a while to find out. */
    private record Patience(Schedule schedule, Duration longestWait) {}

    /**
     * The board of all integrations.
     *
     * @param schedules the schedule of an integration as it is now
     * @param camel the context that they run in, once it is made
     * @param refusedFiles what is wrong with a file that an integration's routes come from, if something is
     */
    IntegrationBoard(
            List<IntegrationSettings> integrations,
            Function<IntegrationSettings, Schedule> schedules,
            Jobs jobs,
            Supplier<CamelContext> camel,
            Function<IntegrationSettings, Optional<IntegrationStatus.RefusedFile>> refusedFiles,
            Clock clock) {
        this.integrations = integrations;
        this.jobs = jobs;
        this.camel = camel;
        this.refusedFiles = refusedFiles;
        this.started = clock.instant();
        this.schedules = schedules;
    }

    @Override
    public List<IntegrationStatus> get() {
        return integrations.stream().map(this::status).toList();
    }

    private IntegrationStatus status(IntegrationSettings integration) {
        SyncState state = jobs.state(integration.id());
        Optional<ErrorClass> failure = state.lastFailure().map(SyncState.Failure::errorClass);
        return new IntegrationStatus(
                integration.id(),
                integration.enabled(),
                longestWait(integration),
                started,
                state.lastSuccess(),
                state.running(),
                failure.map(ErrorClass::text),
                breaker(integration.id()),
                failure.flatMap(error -> trouble(error, integration.id())),
                refusedFiles.apply(integration));
    }

    private Duration longestWait(IntegrationSettings integration) {
        Schedule now = schedules.apply(integration);
        return patience.compute(
                        integration.id(),
                        (id, known) -> known != null && known.schedule.equals(now)
                                ? known
                                : new Patience(now, longestWait(now, started)))
                .longestWait;
    }

    private IntegrationStatus.Breaker breaker(String integrationId) {
        CamelContext context = camel.get();
        return context == null
                ? IntegrationStatus.Breaker.CLOSED
                : switch (Breakers.state(context, integrationId)) {
                    case OPEN -> IntegrationStatus.Breaker.OPEN;
                    case HALF_OPEN -> IntegrationStatus.Breaker.HALF_OPEN;
                    case CLOSED -> IntegrationStatus.Breaker.CLOSED;
                };
    }

    /** What will not mend itself by trying again. */
    private static Optional<String> trouble(ErrorClass failure, String integrationId) {
        return switch (failure) {
            case AUTH ->
                Optional.of("it pauses because upstream refuses its credentials; set syncline.integration."
                        + integrationId + ".token to good ones");
            case SCHEMA -> Optional.of("upstream answers something else than its source expects; the log says more");
            case BUG -> Optional.of("its last job failed by a fault of Syncline; the log says more");
            case TRANSIENT, THROTTLED, POISON -> Optional.empty();
        };
    }

    static Duration longestWait(Schedule schedule, Instant from) {
        if (schedule instanceof Schedule.Interval interval) {
            return interval.every();
        }
        Duration longest = Duration.ZERO;
        Optional<Instant> before = schedule.after(from);
        for (int turn = 0; turn < TURNS_LOOKED_AT && before.isPresent(); turn++) {
            Optional<Instant> next = schedule.after(before.get());
            if (next.isPresent()) {
                Duration wait = Duration.between(before.get(), next.get());
                longest = wait.compareTo(longest) > 0 ? wait : longest;
            }
            before = next;
        }
        // A schedule that fires once, or never, is late from no time on.
        return longest.isZero() ? Duration.ofDays(365) : longest;
    }
}
