package io.syncline.graphql;

import io.syncline.changelog.FeedQuery;
import io.syncline.integration.EntityType;
import java.util.Optional;
import java.util.Set;

/**
 * An entity type as the schema serves it.
 *
 * @param everywhere the feed of all integrations
 */
record ServedType(EntityType type, FeedQuery everywhere) {

    static ServedType of(EntityType type) {
        return new ServedType(type, new FeedQuery(type.syncField(), Set.of(type.name()), Optional.empty()));
    }

    String name() {
        return type.graphqlName();
    }

    String syncField() {
        return type.syncField();
    }

    String changeName() {
        return name() + "Change";
    }

    String changeSetName() {
        return name() + "SyncChangeSet";
    }

    FeedQuery query(Optional<String> integrationId) {
        return integrationId.isEmpty()
                ? everywhere
                : new FeedQuery(syncField(), everywhere.entityTypes(), integrationId);
    }
}
