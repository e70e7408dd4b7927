package io.syncline.integration;

import graphql.language.Directive;
import graphql.language.DirectiveDefinition;
import graphql.language.Document;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.ListType;
import graphql.language.NamedNode;
import graphql.language.Node;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.SDLDefinition;
import graphql.language.ScalarTypeDefinition;
import graphql.language.StringValue;
import graphql.language.Type;
import graphql.language.TypeName;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One source's {@code entities.graphqls}, read and validated.
 *
 * <p>Only what a snapshot can hold is let in: object types, enums and known scalars. An object type with {@code @entity} is an
 * entity type, the others are what its fields may hold.
 */
final class EntityDefinitions {

    static final Set<String> SCALARS =
            Set.of("ID", "String", "Int", "Float", "Boolean", "UUID", "DateTime", "Date", "BigInt", "Decimal", "JSON");

    private static final Set<String> IDENTIFIERS = Set.of("ID", "String", "Int", "UUID", "BigInt");
    private static final Set<String> VERSIONS = Set.of("Int", "BigInt");

    /** Names that the served schema needs for itself. */
    private static final Set<String> RESERVED = Set.of(
            "query", "mutation", "subscription", "change", "syncchangeset", "operationtype", "aproplansyncentity");

    private final String source;
    private final Path file;
    private final List<SDLDefinition<?>> types = new ArrayList<>();
    private final List<EntityType> entities = new ArrayList<>();
    private final Map<String, SDLDefinition<?>> byName = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private EntityDefinitions(String source, Path file) {
        this.source = source;
        this.file = file;
    }

    /** Reads the file; see {@link EntityTypes#load}. */
    static EntityDefinitions read(String source, Path file) {
        EntityDefinitions definitions = new EntityDefinitions(source, file);
        Document document = definitions.parsed();
        List<ObjectTypeDefinition> objects = document.getDefinitionsOfType(ObjectTypeDefinition.class);
        definitions.each(document.getDefinitions(), definitions::collect);
        definitions.each(objects, definitions::checkFields);
        definitions.each(objects, definitions::collectEntity);
        definitions.requireNoProblems();
        definitions.checkDerivedNames();
        return definitions;
    }

    /** Goes on with the next where one is wrong, so that all that is wrong is told at once. */
    private <T> void each(List<T> all, Consumer<? super T> check) {
        for (T one : all) {
            try {
                check.accept(one);
            } catch (IllegalArgumentException wrong) {
                problems.add(wrong.getMessage());
            }
        }
    }

    private void requireNoProblems() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** Object types and enums, without {@code @entity}. */
    List<SDLDefinition<?>> types() {
        return types;
    }

    List<EntityType> entities() {
        return entities;
    }

    static String name(SDLDefinition<?> definition) {
        return ((NamedNode<?>) definition).getName();
    }

    IllegalArgumentException wrong(Node<?> where, String reason) {
        return wrong(where.getSourceLocation().getLine(), reason);
    }

    private IllegalArgumentException wrong(int line, String reason) {
        return new IllegalArgumentException(file + ":" + line + ": " + reason);
    }

    private Document parsed() {
        String sdl;
        try {
            sdl = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ":1: the file is not UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ":1: the file cannot be read", e);
        }
        try {
            return Parser.parse(ParserEnvironment.newParserEnvironment()
                    .document(sdl)
                    .parserOptions(ParserOptions.getDefaultSdlParserOptions()
                            .transform(options -> options.captureLineComments(false)))
                    .build());
        } catch (InvalidSyntaxException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLine();
            throw new IllegalArgumentException(file + ":" + line + ": " + e.getMessage(), e);
        }
    }

    private void collect(Node<?> definition) {
        if (definition instanceof ScalarTypeDefinition scalar) {
            if (!SCALARS.contains(scalar.getName())) {
                throw wrong(scalar, "the scalar " + scalar.getName() + " is not known; known are " + sorted(SCALARS));
            }
        } else if (definition instanceof DirectiveDefinition directive) {
            if (!directive.getName().equals("entity")) {
                throw wrong(directive, "the directive @" + directive.getName() + " is not known; known is @entity");
            }
        } else if (definition.getClass() == ObjectTypeDefinition.class) {
            ObjectTypeDefinition object = (ObjectTypeDefinition) definition;
            declare(object);
            types.add(object.transform(served -> served.directives(object.getDirectives().stream()
                    .filter(directive -> !directive.getName().equals("entity"))
                    .toList())));
        } else if (definition.getClass() == EnumTypeDefinition.class) {
            EnumTypeDefinition enumeration = (EnumTypeDefinition) definition;
            declare(enumeration);
            if (enumeration.getEnumValueDefinitions().isEmpty()) {
                throw wrong(enumeration, "the enum " + enumeration.getName() + " has no values");
            }
            Set<String> values = new HashSet<>();
            enumeration.getEnumValueDefinitions().forEach(value -> {
                if (!values.add(value.getName().toLowerCase(Locale.ROOT))) {
                    throw wrong(value, "the value " + value.getName() + " is there twice, without regard to case");
                }
            });
            types.add(enumeration);
        } else {
            throw wrong(definition, "only object types, enums and known scalars may be declared here");
        }
    }

    private void declare(SDLDefinition<?> definition) {
        String name = name(definition);
        if (name.startsWith("__") || SCALARS.contains(name) || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw wrong(definition, "the name " + name + " is reserved");
        }
        if (byName.putIfAbsent(name, definition) != null) {
            throw wrong(definition, "the name " + name + " is declared twice");
        }
    }

    private void checkFields(ObjectTypeDefinition object) {
        if (!object.getImplements().isEmpty()) {
            throw wrong(object, "the type " + object.getName() + " may not implement an interface");
        }
        if (object.getFieldDefinitions().isEmpty()) {
            throw wrong(object, "the type " + object.getName() + " has no fields");
        }
        Set<String> names = new HashSet<>();
        each(object.getFieldDefinitions(), field -> {
            String name = object.getName() + "." + field.getName();
            if (!names.add(field.getName())) {
                throw wrong(field, "the field " + name + " is declared twice");
            }
            checkField(name, field);
        });
    }

    private void checkField(String name, FieldDefinition field) {
        if (field.getName().startsWith("__")) {
            throw wrong(field, "the field " + name + " has a reserved name");
        }
        if (!field.getInputValueDefinitions().isEmpty()) {
            throw wrong(field, "the field " + name + " may not have arguments");
        }
        field.getDirectives().forEach(directive -> {
            if (!directive.getName().equals("deprecated")) {
                throw wrong(directive, "the directive @" + directive.getName() + " is not known on a field");
            }
        });
        String type = named(field.getType());
        if (!SCALARS.contains(type) && !byName.containsKey(type)) {
            throw wrong(field, "the field " + name + " is of the type " + type + ", which is not declared");
        }
        if (field.getName().equals("sequenceVersion") && !type.equals("BigInt")) {
            throw wrong(field, "the field " + name + " must be a BigInt: the served schema sets it");
        }
    }

    private void collectEntity(ObjectTypeDefinition object) {
        List<Directive> directives = object.getDirectives();
        for (Directive directive : directives) {
            if (!directive.getName().equals("entity")) {
                throw wrong(directive, "the directive @" + directive.getName() + " is not known on a type");
            }
        }
        if (directives.isEmpty()) {
            return;
        }
        if (directives.size() > 1) {
            throw wrong(directives.get(1), "the type " + object.getName() + " has @entity twice");
        }
        Directive entity = directives.get(0);
        entity.getArguments().forEach(argument -> {
            if (!Set.of("type", "id", "scope", "version").contains(argument.getName())) {
                throw wrong(argument, "@entity has no argument " + argument.getName());
            }
        });
        String id = argument(entity, "id").orElse("id");
        FieldDefinition idField = field(object, entity, "id", id);
        if (!(idField.getType() instanceof NonNullType) || !IDENTIFIERS.contains(nullable(idField.getType()))) {
            throw wrong(idField, "the id field " + id + " must be non-null and one of " + sorted(IDENTIFIERS));
        }
        Optional<String> scope = argument(entity, "scope");
        scope.ifPresent(name -> {
            if (!IDENTIFIERS.contains(
                    nullable(field(object, entity, "scope", name).getType()))) {
                throw wrong(entity, "the scope field " + name + " must be one of " + sorted(IDENTIFIERS));
            }
        });
        Optional<String> version = argument(entity, "version");
        version.ifPresent(name -> {
            Type<?> type = field(object, entity, "version", name).getType();
            if (type instanceof NonNullType || !VERSIONS.contains(nullable(type))) {
                throw wrong(entity, "the version field " + name + " must be nullable and one of " + sorted(VERSIONS));
            }
        });
        entities.add(new EntityType(
                argument(entity, "type").orElse(object.getName()), object.getName(), source, id, scope, version));
    }

    /** {@code X} is served with {@code XChange} and {@code XSyncChangeSet}, which may not be declared besides. */
    private void checkDerivedNames() {
        for (EntityType type : entities) {
            for (String derived : List.of(type.graphqlName() + "Change", type.graphqlName() + "SyncChangeSet")) {
                byName.forEach((name, definition) -> {
                    if (name.equalsIgnoreCase(derived)) {
                        throw wrong(definition, "the name " + name + " is needed to serve " + type.graphqlName());
                    }
                });
            }
        }
    }

    private Optional<String> argument(Directive entity, String name) {
        if (entity.getArgument(name) == null) {
            return Optional.empty();
        }
        if (entity.getArgument(name).getValue() instanceof StringValue text
                && !text.getValue().isBlank()) {
            return Optional.of(text.getValue());
        }
        throw wrong(entity, "@entity(" + name + ":) must be a text that is not blank");
    }

    private FieldDefinition field(ObjectTypeDefinition object, Directive entity, String argument, String name) {
        return object.getFieldDefinitions().stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(
                        entity,
                        "@entity(" + argument + ": \"" + name + "\") names a field that " + object.getName()
                                + " does not declare"));
    }

    private static String named(Type<?> type) {
        Type<?> inner = type;
        while (!(inner instanceof TypeName)) {
            inner = inner instanceof ListType list ? list.getType() : ((NonNullType) inner).getType();
        }
        return ((TypeName) inner).getName();
    }

    /** The name of a type that is no list; an empty string for a list. */
    private static String nullable(Type<?> type) {
        Type<?> inner = type instanceof NonNullType nonNull ? nonNull.getType() : type;
        return inner instanceof TypeName name ? name.getName() : "";
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
