package io.syncline.access;

import io.syncline.changelog.View;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a principal has been granted to see.
 *
 * @param grantedSeq the sequence version at which it took effect; 0 for one from before there were such
 * @param revokedSeq the sequence version at which it was taken back; {@link View#STILL} while it holds
 */
public record Grant(String id, String principal, Extent extent, Instant createdAt, long grantedSeq, long revokedSeq) {

    /**
     * How much a grant shows.
     *
     * @param integrationId an integration's id, configured or not yet, or {@value View#EVERY_INTEGRATION}
     * @param scope only this scope of the integration; empty for all of it
     * @param entityTypes only these entity types; empty for all of them
     */
    public record Extent(String integrationId, Optional<String> scope, Set<String> entityTypes) {

        public Extent {
            entityTypes = Set.copyOf(entityTypes);
        }

        /** All of an integration. */
        public static Extent whole(String integrationId) {
            return new Extent(integrationId, Optional.empty(), Set.of());
        }
    }

    boolean holds() {
        return revokedSeq == View.STILL;
    }

    Grant revokedAt(long seq) {
        return new Grant(id, principal, extent, createdAt, grantedSeq, seq);
    }

    View.Part part() {
        return new View.Part(extent.integrationId(), extent.entityTypes(), extent.scope(), grantedSeq, revokedSeq);
    }
}
