package io.syncline.operations;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Supplier;

/** Judges whether the data is as it should be, not only the process. Safe for use by many threads. */
final class Health {

    private final Inquiry<Boolean> databaseAnswers;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;
    private final Clock clock;

    Health(
            Inquiry<Boolean> databaseAnswers,
            Supplier<? extends Collection<IntegrationStatus>> integrations,
            Clock clock) {
        this.databaseAnswers = databaseAnswers;
        this.integrations = integrations;
        this.clock = clock;
    }

    HealthReport check() {
        if (!databaseAnswers.answer().orElse(false)) {
            return HealthReport.databaseDown();
        }
        Instant now = clock.instant();
        return HealthReport.of(integrations.get().stream()
                .map(status -> IntegrationHealth.of(status, now))
                .toList());
    }
}
