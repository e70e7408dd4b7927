package io.syncline.integration;

import java.util.Optional;

/**
 * One entity type of a source, as its {@code entities.graphqls} declares it.
 *
 * @param name its name in the changelog: {@code @entity(type:)}, such as {@code Project} or {@code lead}
 * @param graphqlName its name in the GraphQL schema, unique across sources, such as {@code Project} or {@code Lead}
 * @param source the source that declares it
 * @param idField the field that identifies an entity
 * @param scopeField the field that tells the scope; empty where access is granted on the integration
 * @param versionField the upstream field that tells the upstream's own version, kept out of the snapshot; empty where there is none
 */
public record EntityType(
        String name,
        String graphqlName,
        String source,
        String idField,
        Optional<String> scopeField,
        Optional<String> versionField) {

    /** The GraphQL field that serves its changes, such as {@code leadSync}. */
    public String syncField() {
        return Character.toLowerCase(graphqlName.charAt(0)) + graphqlName.substring(1) + "Sync";
    }
}
