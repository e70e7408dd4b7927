package io.syncline.changelog;

import java.time.Instant;
import java.util.Optional;

/**
 * An entity with the change that touched it last.
 *
 * @param scope of a living entity; for a deleted one, what it had been in
 * @param jobId of the job that brought the change; empty where none is known
 */
public record Touched(
        String integrationId,
        String entityType,
        String entityId,
        Optional<String> scope,
        long sequenceVersion,
        Operation operation,
        Instant occurredAt,
        Optional<Instant> appendedAt,
        Optional<String> stream,
        Optional<String> jobId) {}
