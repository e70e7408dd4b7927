package io.syncline.changelog;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pull saw of one entity: the complete state it has upstream, or that it is gone. Whether that is a change, and
 * which, is for {@link Changelog#append} to say.
 */
public sealed interface Observed {

    /** The entity type's name in the changelog, such as {@code Project} or {@code lead}. */
    String entityType();

    /** The entity's id, unique for its integration and type; never blank. */
    String entityId();

    /** When it happened upstream; empty where the source does not tell, and the time of the append is taken. */
    Optional<Instant> occurredAt();

    /**
     * The entity as it is upstream.
     *
     * @param scope what access is granted on inside the integration, such as a project id; empty for none
     * @param version the upstream's own version of the entity, where it tells one: an older one than the changelog holds
     *     is stale and is not appended
     * @param partial whether a related entity was not yet known upstream, so that a later pull will repair it
     */
    record Present(
            String entityType,
            String entityId,
            Snapshot snapshot,
            Optional<String> scope,
            OptionalLong version,
            boolean partial,
            Optional<Instant> occurredAt)
            implements Observed {}

    /** The entity is gone upstream. */
    record Gone(String entityType, String entityId, Optional<Instant> occurredAt) implements Observed {}
}
