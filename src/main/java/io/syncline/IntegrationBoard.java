package io.syncline;

import io.syncline.integration.ErrorClass;
import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.job.Sync;
import io.syncline.job.SyncState;
import io.syncline.operations.IntegrationStatus;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.quartz.CronExpression;

/** Gathers how the integrations stand from the rooms that know: settings, jobs, and Camel's circuit breakers. Safe for use by many threads. */
final class IntegrationBoard implements Supplier<List<IntegrationStatus>> {

    /** Enough turns of a cron schedule to meet its longest wait: a month of hourly ones, a year of weekly ones. */
    private static final int TURNS_LOOKED_AT = 750;

    private final List<IntegrationSettings> integrations;
    private final Sync sync;
    private final Supplier<CamelContext> camel;
    private final Clock clock;
    private final Instant started;

    IntegrationBoard(List<IntegrationSettings> integrations, Sync sync, Supplier<CamelContext> camel, Clock clock) {
        this.integrations = integrations;
        this.sync = sync;
        this.camel = camel;
        this.clock = clock;
        this.started = clock.instant();
    }

    @Override
    public List<IntegrationStatus> get() {
        return integrations.stream().map(this::status).toList();
    }

    private IntegrationStatus status(IntegrationSettings integration) {
        SyncState state = sync.state(integration.id());
        Optional<ErrorClass> failure = state.lastFailure().map(SyncState.Failure::errorClass);
        return new IntegrationStatus(
                integration.id(),
                integration.enabled(),
                longestWait(integration.schedule()),
                started,
                state.lastSuccess(),
                state.running(),
                failure.map(ErrorClass::text),
                breaker(integration.id()),
                failure.filter(ErrorClass.AUTH::equals)
                        .map(auth -> "upstream refuses its credentials, so it pauses; set syncline.integration."
                                + integration.id() + ".token to good ones"));
    }

    private Duration longestWait(Schedule schedule) {
        if (schedule instanceof Schedule.Interval interval) {
            return interval.every();
        }
        try {
            CronExpression cron = new CronExpression(((Schedule.Cron) schedule).expression());
            Duration longest = Duration.ZERO;
            Instant before = clock.instant();
            for (int turn = 0; turn < TURNS_LOOKED_AT; turn++) {
                Date next = cron.getNextValidTimeAfter(Date.from(before));
                if (next == null) {
                    break;
                }
                Duration wait = Duration.between(before, next.toInstant());
                longest = wait.compareTo(longest) > 0 ? wait : longest;
                before = next.toInstant();
            }
            return longest;
        } catch (ParseException e) {
            throw new IllegalStateException("a schedule that the settings let pass: " + schedule, e);
        }
    }

    private IntegrationStatus.Breaker breaker(String integrationId) {
        ResilienceProcessor breaker = camel.get().getProcessor(integrationId, ResilienceProcessor.class);
        return switch (breaker == null ? "" : breaker.getCircuitBreakerState()) {
            case "OPEN", "FORCED_OPEN" -> IntegrationStatus.Breaker.OPEN;
            case "HALF_OPEN" -> IntegrationStatus.Breaker.HALF_OPEN;
            default -> IntegrationStatus.Breaker.CLOSED;
        };
    }
}
