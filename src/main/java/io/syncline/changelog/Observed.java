package io.syncline.changelog;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pull saw of one entity: the complete state it has upstream, or that it is gone. Whether that is a change, and
 * which, is for {@link Changelog#append} to say.
 *
 * <p>Ids, types and scopes are texts of 1 to {@value #LONGEST_TEXT} characters without U+0000 and without lone surrogates, which no
 * database keeps; the constructors refuse others with an {@link IllegalArgumentException}.
 */
public sealed interface Observed {

    int LONGEST_TEXT = 512;

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
            implements Observed {

        public Present {
            StorableText.check("the entity type", entityType, LONGEST_TEXT);
            StorableText.check("the entity id", entityId, LONGEST_TEXT);
            scope.ifPresent(text -> StorableText.check("the scope", text, LONGEST_TEXT));
        }
    }

    /** The entity is gone upstream. */
    record Gone(String entityType, String entityId, Optional<Instant> occurredAt) implements Observed {

        public Gone {
            StorableText.check("the entity type", entityType, LONGEST_TEXT);
            StorableText.check("the entity id", entityId, LONGEST_TEXT);
        }
    }
}
