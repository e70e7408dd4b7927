package io.syncline.graphql;

import graphql.language.FieldDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.TypeName;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.WiringFactory;
import io.syncline.integration.EntityType;
import io.syncline.integration.EntityTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The served schema: the sources' entity types in the published envelope. Every entity type {@code X} gets {@code xSync}, {@code XChange},
 * {@code XSyncChangeSet}, a place in the union and a field {@code sequenceVersion}.
 *
 * @param types by the name of their sync field
 */
record SyncSchema(GraphQLSchema schema, Map<String, ServedType> types) {

    static final String SEQUENCE_VERSION = "sequenceVersion";
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1_000;

    private static final String PER_TYPE = """
            extend type Query {
              "Changes to <Type> entities that the caller can access, after a cursor; without one, all there are."
              <field>(
                "From an earlier answer to this field; null for the beginning."
                cursor: String
                "The most changes to return, 1 to <max>."
                limit: Int = <default>
                "Only the changes of this integration."
                integrationId: String
              ): <Type>SyncChangeSet!
            }

            type <Type>Change implements Change {
              data: AproplanSyncEntity
              entityId: UUID!
              entityType: String!
              operationType: OperationType!
              sequenceVersion: BigInt!
            }

            type <Type>SyncChangeSet implements SyncChangeSet {
              changes: [<Type>Change!]!
              cursor: String!
              hasMore: Boolean!
              maxSequence: BigInt! @deprecated(reason: "Use the 'cursor' property instead")
            }
            """;

    /**
     * The schema of these entity types.
     *
     * @throws IllegalArgumentException if there are none, or if the library refuses what they make
     */
    static SyncSchema of(EntityTypes entityTypes, WiringFactory wiringFactory) {
        if (entityTypes.all().isEmpty()) {
            throw new IllegalArgumentException("No source declares an entity type, so there is nothing to serve");
        }
        Map<String, ServedType> types = new LinkedHashMap<>();
        for (EntityType type : entityTypes.all()) {
            types.put(type.syncField(), ServedType.of(type));
        }
        TypeDefinitionRegistry registry = parsed(sdl(types));
        registry.merge(entityTypes.definitions());
        for (ServedType type : types.values()) {
            ObjectTypeDefinition declared = registry.getTypeOrNull(type.name(), ObjectTypeDefinition.class);
            registry.remove(declared);
            registry.add(served(declared, type.type()));
        }
        RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring()
                .wiringFactory(wiringFactory)
                .scalar(BigIntScalar.TYPE)
                .scalar(JsonScalar.TYPE);
        EntityTypes.scalars().stream()
                .filter(SyncSchema::isText)
                .forEach(name -> wiring.scalar(TextScalar.named(name)));
        SchemaGenerator.Options options =
                SchemaGenerator.Options.defaultOptions().useCommentsAsDescriptions(false);
        return new SyncSchema(
                new SchemaGenerator().makeExecutableSchema(options, registry, wiring.build()), Map.copyOf(types));
    }

    private static String sdl(Map<String, ServedType> types) {
        String union = types.values().stream().map(ServedType::name).sorted().collect(Collectors.joining(" | "));
        return envelope()
                + types.values().stream()
                        .map(SyncSchema::sdl)
                        .collect(Collectors.joining("\n", "\nunion AproplanSyncEntity = " + union + "\n\n", ""));
    }

    private static String sdl(ServedType type) {
        return PER_TYPE.replace("<Type>", type.name())
                .replace("<field>", type.syncField())
                .replace("<max>", Integer.toString(MAX_LIMIT))
                .replace("<default>", Integer.toString(DEFAULT_LIMIT));
    }

    /** The upstream's own version is not in a snapshot; {@code sequenceVersion} is the changelog's. */
    private static ObjectTypeDefinition served(ObjectTypeDefinition declared, EntityType type) {
        List<FieldDefinition> fields = new ArrayList<>();
        for (FieldDefinition field : declared.getFieldDefinitions()) {
            boolean kept = !field.getName().equals(SEQUENCE_VERSION)
                    && !type.versionField().equals(Optional.of(field.getName()));
            if (kept) {
                fields.add(field);
            }
        }
        fields.add(FieldDefinition.newFieldDefinition()
                .name(SEQUENCE_VERSION)
                .type(new TypeName("BigInt"))
                .build());
        return declared.transform(object -> object.fieldDefinitions(fields));
    }

    private static TypeDefinitionRegistry parsed(String sdl) {
        return new SchemaParser()
                .buildRegistry(Parser.parse(ParserEnvironment.newParserEnvironment()
                        .document(sdl)
                        .parserOptions(ParserOptions.getDefaultSdlParserOptions())
                        .build()));
    }

    /** Whether a scalar is text, and none of the library's own. */
    private static boolean isText(String scalar) {
        return !Set.of("ID", "String", "Int", "Float", "Boolean", "BigInt", "JSON")
                .contains(scalar);
    }

    private static String envelope() {
        try (InputStream sdl = SyncSchema.class.getResourceAsStream("/graphql/envelope.graphqls")) {
            return new String(sdl.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
