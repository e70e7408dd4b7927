package io.syncline;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
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
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.quartz.CronExpression;

/** Puts together how integrations stand, from what the rooms know of them. Safe for use by many threads. */
final class IntegrationStatuses implements Supplier<Collection<IntegrationStatus>> {

    private static final int FIRES_LOOKED_AT = 50;

    private final List<IntegrationSettings> integrations;
    private final Sync sync;
    private final CircuitBreakerRegistry breakers;
    private final Function<IntegrationSettings, Optional<String>> refusedFiles;
    private final Instant start;

    /** @param refusedFiles what is wrong with a file that an integration's routes come from, if something is */
    IntegrationStatuses(
            List<IntegrationSettings> integrations,
            Sync sync,
            CircuitBreakerRegistry breakers,
            Function<IntegrationSettings, Optional<String>> refusedFiles,
            Clock clock) {
        this.integrations = integrations;
        this.sync = sync;
        this.breakers = breakers;
        this.refusedFiles = refusedFiles;
        this.start = clock.instant();
    }

    @Override
    public List<IntegrationStatus> get() {
        return integrations.stream().map(this::status).toList();
    }

    private IntegrationStatus status(IntegrationSettings integration) {
        SyncState state = sync.state(integration.id());
        return new IntegrationStatus(
                integration.id(),
                integration.enabled(),
                expectedInterval(integration.schedule()),
                start,
                state.lastSuccess(),
                state.running(),
                breaker(integration.id()),
                state.lastFailure()
                        .flatMap(failure -> trouble(failure.errorClass()))
                        .or(() -> refusedFiles.apply(integration)));
    }

    private IntegrationStatus.Breaker breaker(String integrationId) {
        return breakers.find(integrationId)
                .map(CircuitBreaker::getState)
                .map(state -> switch (state) {
                    case OPEN, FORCED_OPEN -> IntegrationStatus.Breaker.OPEN;
                    case HALF_OPEN -> IntegrationStatus.Breaker.HALF_OPEN;
                    default -> IntegrationStatus.Breaker.CLOSED;
                })
                .orElse(IntegrationStatus.Breaker.CLOSED);
    }

    private static Optional<String> trouble(ErrorClass errorClass) {
        return switch (errorClass) {
            case AUTH -> Optional.of("it is paused because its upstream refuses the credentials; the log says more");
            case SCHEMA ->
                Optional.of("its upstream answers something else than its source expects; the log says more");
            case BUG -> Optional.of("its last sync failed by a fault of Syncline; the log says more");
            case TRANSIENT, THROTTLED, POISON -> Optional.empty();
        };
    }

    /** The longest time between two of the next turns. */
    private Duration expectedInterval(Schedule schedule) {
        if (schedule instanceof Schedule.Interval interval) {
            return interval.every();
        }
        try {
            CronExpression cron = new CronExpression(((Schedule.Cron) schedule).expression());
            Duration longest = Duration.ofMinutes(1);
            Date turn = cron.getNextValidTimeAfter(Date.from(start));
            for (int fire = 0; fire < FIRES_LOOKED_AT && turn != null; fire++) {
                Date next = cron.getNextValidTimeAfter(turn);
                if (next != null) {
                    Duration between = Duration.between(turn.toInstant(), next.toInstant());
                    longest = between.compareTo(longest) > 0 ? between : longest;
                }
                turn = next;
            }
            return longest;
        } catch (ParseException checkedBefore) {
            throw new IllegalStateException(checkedBefore);
        }
    }
}
