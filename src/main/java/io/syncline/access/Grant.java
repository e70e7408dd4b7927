package io.syncline.access;

import java.time.Instant;
import java.util.Optional;

/**
 * What a principal has been granted to see.
 *
 * @param integrationId an integration's id, or {@value #EVERY_INTEGRATION}
 * @param scope only this scope of the integration; empty for all of it
 * @param entityTypes only these entity types, separated by commas; empty for all of them
 */
public record Grant(
        String id,
        String principal,
        String integrationId,
        Optional<String> scope,
        Optional<String> entityTypes,
        Instant createdAt) {

    /** Stands for every integration, those of the future included. */
    public static final String EVERY_INTEGRATION = "*";

    static Grant whole(String id, String principal, String integrationId, Instant createdAt) {
        return new Grant(id, principal, integrationId, Optional.empty(), Optional.empty(), createdAt);
    }

    /** Whether it is on the integration as a whole. What is narrower cannot be obeyed by a view yet and so shows nothing. */
    boolean isWhole() {
        return scope.isEmpty() && entityTypes.isEmpty();
    }
}
