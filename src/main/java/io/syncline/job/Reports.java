package io.syncline.job;

import io.syncline.changelog.Quarantined;
import io.syncline.integration.ErrorClass;
import io.syncline.integration.KnownSecrets;
import io.syncline.integration.SyncFailure;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the integrations' last jobs went, and what the process's log says of it: each thing once while it stays the same. Safe for use by many threads. */
final class Reports {

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private record Failed(SyncState.Failure failure, Instant at) {}

    private final Map<String, Failed> lastFailure = new ConcurrentHashMap<>();
    private final Map<String, String> lastSetAside = new ConcurrentHashMap<>();
    private final LastSuccesses successes;
    private final KnownSecrets secrets;
    private final Clock clock;

    Reports(LastSuccesses successes, KnownSecrets secrets, Clock clock) {
        this.successes = successes;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** A failure as it is told, with the record that it came with. */
    SyncState.Failure failure(String integrationId, SyncFailure failure, String message) {
        return new SyncState.Failure(
                failure.errorClass(),
                secrets.of(integrationId).masked(message),
                failure.record().map(record -> failing(integrationId, record)));
    }

    /** A record that was set aside, as it is told. */
    SyncState.Failure poison(String integrationId, Quarantined record) {
        FailingRecord failing = failing(integrationId, record);
        return new SyncState.Failure(ErrorClass.POISON, failing.reason(), Optional.of(failing));
    }

    private FailingRecord failing(String integrationId, Quarantined record) {
        return FailingRecord.of(record, secrets.of(integrationId));
    }

    SyncState state(String integrationId, boolean running) {
        Optional<Instant> success = successes.of(integrationId);
        return new SyncState(
                running,
                success,
                // Where another process had more luck since, its failure here is over.
                failed(integrationId)
                        .filter(failed -> success.map(failed.at::isAfter).orElse(true))
                        .map(Failed::failure));
    }

    Optional<SyncState.Failure> lastFailure(String integrationId) {
        return failed(integrationId).map(Failed::failure);
    }

    private Optional<Failed> failed(String integrationId) {
        return Optional.ofNullable(lastFailure.get(integrationId));
    }

    void completed(String integrationId, Instant at) {
        // As the database has it.
        successes.add(integrationId, at.truncatedTo(ChronoUnit.MILLIS));
        if (lastFailure.remove(integrationId) != null) {
            LOG.info("{}: syncing again", integrationId);
        }
    }

    void failed(String integrationId, SyncState.Failure failure, Throwable caught) {
        Failed before = lastFailure.put(integrationId, new Failed(failure, clock.instant()));
        if (failure.errorClass() == ErrorClass.BUG) {
            LOG.error("{}: sync failed: {}", integrationId, failure.message(), caught);
        } else if (before == null || !before.failure.message().equals(failure.message())) {
            LOG.warn(
                    "{}: sync failed ({}): {}",
                    integrationId,
                    failure.errorClass().text(),
                    failure.message());
        }
    }

    /** A record that cannot be read comes again with every re-pull. */
    void setAside(Run run, String stream, List<Quarantined> quarantined) {
        if (quarantined.isEmpty()) {
            return;
        }
        String integrationId = run.lease().integrationId();
        FailingRecord first = failing(integrationId, quarantined.get(0));
        String told = "stream %s: %d record(s) set aside, the first: %s %s: %s"
                .formatted(stream, quarantined.size(), first.entityType(), first.entityId(), first.reason());
        run.log(LogLine.Level.WARN, told);
        if (!told.equals(lastSetAside.put(integrationId + '/' + stream, told))) {
            LOG.warn("{}: {}", integrationId, told);
        }
    }
}
