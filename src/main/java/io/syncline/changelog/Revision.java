package io.syncline.changelog;

import java.util.Optional;

/**
 * A kept change by its number: what it belongs to.
 *
 * @param collection the number of its collection
 * @param first the first change ever of its entity, as in {@link Newest}
 * @param newest whether nothing has superseded it
 */
public record Revision(
        long sequenceVersion,
        int collection,
        String integrationId,
        String entityType,
        String entityId,
        boolean deleted,
        Optional<String> scope,
        long first,
        boolean newest) {}
