package io.syncline.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.changelog.Appended;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Quarantine;
import io.syncline.changelog.Quarantined;
import io.syncline.integration.Failures;
import io.syncline.integration.Normaliser;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Tries records again that are in quarantine: pulls the page that a record came with by the source's route as it is now, and where the record is
 * not on it any more, or the upstream does not answer, reads what was kept of it by the entity types as they are now. Safe for use by many threads.
 */
public final class Replay {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Pulls one page by an integration's route. */
    @FunctionalInterface
    public interface Puller {

        /**
         * What the route gives.
         *
         * @param checkpoint what the page comes after; empty for the stream's beginning
         * @throws RuntimeException as the route fails
         */
        Object pull(String integrationId, String stream, Optional<String> checkpoint);
    }

    private final Changelog changelog;
    private final Normaliser normaliser;
    private final Failures failures;
    private final SyncListener listener;
    private final Puller puller;
    private final Clock clock;

    public Replay(
            Changelog changelog,
            Normaliser normaliser,
            Failures failures,
            SyncListener listener,
            Puller puller,
            Clock clock) {
        this.changelog = changelog;
        this.normaliser = normaliser;
        this.failures = failures;
        this.listener = listener;
        this.puller = puller;
        this.clock = clock;
    }

    /**
     * Tries a record again. If it can be read now, it is appended as it is and leaves the quarantine.
     *
     * @param source of its integration
     * @return why it still cannot be read; empty if it could
     */
    public Optional<String> retry(Quarantine.Kept kept, String source) {
        Tried tried = pulledAgain(kept, source)
                .or(() -> keptRaw(kept, source))
                .orElseGet(() -> new Tried(
                        Optional.empty(),
                        Optional.of(new Quarantined(
                                kept.record().entityType(),
                                kept.record().entityId(),
                                "it is not on its page any more, and what was kept of it is too long to be read again: a full sync finds it",
                                kept.record().raw()))));
        if (tried.well.isPresent()) {
            append(kept, tried.well.get());
            changelog.quarantine().delete(kept.id());
            return Optional.empty();
        }
        Quarantined ill = tried.ill.orElseThrow();
        changelog.quarantine().failedAgain(kept.id(), ill, clock.instant());
        return Optional.of(ill.reason());
    }

    /** A record as it was read, well or ill. */
    private record Tried(Optional<Observed> well, Optional<Quarantined> ill) {}

    /** Empty if the upstream does not answer, or not with the record. */
    private Optional<Tried> pulledAgain(Quarantine.Kept kept, String source) {
        String id = kept.record().entityId();
        if (id.isBlank()) {
            return Optional.empty();
        }
        try {
            Object body = puller.pull(kept.integrationId(), kept.stream(), kept.pageCheckpoint());
            return body instanceof JsonNode json
                    ? find(normaliser.read(source, json), kept.record())
                    : Optional.empty();
        } catch (RuntimeException failed) {
            SyncFailure failure = failures.classify(failed);
            if (failure instanceof SyncFailure.Bug) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    /** The last of a page, which is the newest. */
    private static Optional<Tried> find(PulledPage page, Quarantined record) {
        return page.observed().stream()
                .filter(entity -> entity.entityId().equalsIgnoreCase(record.entityId())
                        && (record.entityType().isBlank() || entity.entityType().equalsIgnoreCase(record.entityType())))
                .reduce((first, second) -> second)
                .map(well -> new Tried(Optional.of(well), Optional.empty()))
                .or(() -> page.quarantined().stream()
                        .filter(ill -> ill.entityId().equals(record.entityId())
                                && ill.entityType().equals(record.entityType()))
                        .reduce((first, second) -> second)
                        .map(ill -> new Tried(Optional.empty(), Optional.of(ill))));
    }

    /** Empty if not all of it was kept. */
    private Optional<Tried> keptRaw(Quarantine.Kept kept, String source) {
        ObjectNode page = JSON.createObjectNode();
        try {
            page.putArray("changes").add(JSON.readTree(kept.record().raw()));
        } catch (JsonProcessingException cut) {
            return Optional.empty();
        }
        page.put("hasMore", false);
        PulledPage read = normaliser.read(source, page);
        return Optional.of(new Tried(
                read.observed().stream().findFirst(),
                read.quarantined().stream().findFirst()));
    }

    private void append(Quarantine.Kept kept, Observed well) {
        Appended appended = changelog.append(new Page(
                kept.integrationId(),
                kept.stream(),
                changelog.fence(kept.integrationId()),
                Optional.empty(),
                List.of(well),
                List.of(),
                Optional.empty()));
        listener.appended(kept.integrationId(), kept.stream(), 1, appended);
    }
}
