package io.syncline.integration;

import graphql.schema.idl.TypeDefinitionRegistry;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** All entity types of all sources, from their {@code entities.graphqls}. Immutable; a reload makes a new one. */
public final class EntityTypes {

    private EntityTypes() {}

    /**
     * Reads {@code <sources>/<source>/entities.graphqls} of every source.
     *
     * @throws IllegalArgumentException naming file, line and reason where one is wrong
     */
    public static EntityTypes load(Path sources) {
        throw new UnsupportedOperationException();
    }

    public Collection<EntityType> all() {
        throw new UnsupportedOperationException();
    }

    /** By its name in the changelog or in GraphQL, without regard to case. */
    public Optional<EntityType> find(String name) {
        throw new UnsupportedOperationException();
    }

    /** The SDL of all sources together, without the {@code @entity} directive's own definition. */
    public TypeDefinitionRegistry definitions() {
        throw new UnsupportedOperationException();
    }
}
