package io.syncline.sandbox.letsbuild;

import graphql.language.FieldDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.syncline.sandbox.upstream.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The published schema and the shapes of its entities. Immutable. */
final class Catalog {
    static final String PROJECT = "Project";
    static final String FORM = "Form";
    static final String POINT = "Point";
    static final String CONTACT_DETAILS = "ContactDetails";
    static final List<String> ENTITY_TYPES = List.of(PROJECT, CONTACT_DETAILS, FORM, POINT);

    /** The version of an entity, which the service numbers and nobody sets: no part of the entity's own fields. */
    static final String SEQUENCE_VERSION = "sequenceVersion";

    private final TypeDefinitionRegistry registry;
    private final Map<String, Shape> shapes = new HashMap<>();

    private Catalog(TypeDefinitionRegistry registry) {
        this.registry = registry;
        for (ObjectTypeDefinition type : registry.getTypes(ObjectTypeDefinition.class)) {
            List<String> names = type.getFieldDefinitions().stream()
                    .map(FieldDefinition::getName)
                    .filter(name -> !name.equals(SEQUENCE_VERSION))
                    .toList();
            shapes.put(type.getName(), new Shape(names));
        }
    }

    static Catalog read() {
        try (InputStream stream = Catalog.class.getResourceAsStream("/sandbox/letsbuild/schema.graphqls");
                InputStreamReader text = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return new Catalog(new SchemaParser().parse(text));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    TypeDefinitionRegistry registry() {
        return registry;
    }

    /** The shape of an object type of the schema. */
    Shape shape(String typeName) {
        Shape shape = shapes.get(typeName);
        if (shape == null) {
            throw new IllegalArgumentException("no type " + typeName);
        }
        return shape;
    }
}
