package io.syncline.changelog;

import java.util.Optional;

/**
 * One change as a feed serves it.
 *
 * @param occurredAt milliseconds since the epoch
 * @param data the complete snapshot at that point as canonical JSON in UTF-8, exactly as stored, not to be modified; empty
 *     for a delete
 */
public record Change(
        long sequenceVersion,
        String integrationId,
        String entityType,
        String entityId,
        Operation operation,
        long occurredAt,
        Optional<byte[]> data) {}
