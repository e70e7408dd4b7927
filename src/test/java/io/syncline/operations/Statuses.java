package io.syncline.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Statuses of an integration {@code acme} that syncs every ten seconds. */
final class Statuses {

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private Statuses() {}

    static IntegrationStatus synced(Instant lastSuccess) {
        return new IntegrationStatus(
                "acme",
                true,
                INTERVAL,
                lastSuccess,
                Optional.of(lastSuccess),
                false,
                Optional.empty(),
                IntegrationStatus.Breaker.CLOSED,
                Optional.empty(),
                Optional.empty());
    }

    static IntegrationStatus neverSynced(Instant since) {
        return new IntegrationStatus(
                "acme",
                true,
                INTERVAL,
                since,
                Optional.empty(),
                true,
                Optional.empty(),
                IntegrationStatus.Breaker.CLOSED,
                Optional.empty(),
                Optional.empty());
    }

    static IntegrationStatus withBreaker(IntegrationStatus status, IntegrationStatus.Breaker breaker) {
        return new IntegrationStatus(
                status.id(),
                status.enabled(),
                status.expectedInterval(),
                status.since(),
                status.lastSuccess(),
                status.running(),
                status.lastFailure(),
                breaker,
                status.trouble(),
                status.refused());
    }

    static IntegrationStatus inTrouble(IntegrationStatus status, String trouble) {
        return new IntegrationStatus(
                status.id(),
                status.enabled(),
                status.expectedInterval(),
                status.since(),
                status.lastSuccess(),
                status.running(),
                status.lastFailure(),
                status.breaker(),
                Optional.of(trouble),
                status.refused());
    }

    static IntegrationStatus disabled(IntegrationStatus status) {
        return new IntegrationStatus(
                status.id(),
                false,
                status.expectedInterval(),
                status.since(),
                status.lastSuccess(),
                false,
                status.lastFailure(),
                status.breaker(),
                status.trouble(),
                status.refused());
    }

    static IntegrationStatus failing(IntegrationStatus status, String failure) {
        return new IntegrationStatus(
                status.id(),
                status.enabled(),
                status.expectedInterval(),
                status.since(),
                status.lastSuccess(),
                status.running(),
                Optional.of(failure),
                status.breaker(),
                status.trouble(),
                status.refused());
    }
}
