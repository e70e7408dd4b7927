package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.language.TypeDefinition;
import graphql.language.TypeName;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads entities of one type: the type's SDL compiled into a tree of checks. Immutable. */
final class EntityReader {

    /** What is larger is no record but an accident. */
    private static final int LARGEST_SNAPSHOT = 1024 * 1024;

    private final EntityType type;
    private final ObjectReader fields;
    private final ValueType idType;

    private EntityReader(EntityType type, ObjectReader fields, ValueType idType) {
        this.type = type;
        this.fields = fields;
        this.idType = idType;
    }

    static EntityReader of(EntityType type, TypeDefinitionRegistry definitions) {
        Compiler compiler = new Compiler(definitions);
        ObjectReader fields = compiler.object(type.graphqlName());
        return new EntityReader(type, fields, fields.type(type.idField()));
    }

    EntityType type() {
        return type;
    }

    /** The id in its normal form, from what the change says or, where it does not, from the entity. */
    String id(JsonNode declared, JsonNode data) throws InvalidValueException {
        JsonNode given = declared.isMissingNode() || declared.isNull() ? data.path(type.idField()) : declared;
        if (given.isMissingNode() || given.isNull()) {
            throw new InvalidValueException("the record has no id");
        }
        String id;
        try {
            id = idType.normalise(given, new RecordNotes()).asText();
        } catch (InvalidValueException wrong) {
            throw wrong.in(type.idField());
        }
        if (id.equals(ScalarType.ZERO_UUID)) {
            throw new InvalidValueException("the record's id is all zeros, which stands for an unknown entity");
        }
        if (id.isBlank() || id.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("the record's id is blank or has control characters");
        }
        return id;
    }

    Observed present(String id, JsonNode data, Optional<Instant> occurredAt) throws InvalidValueException {
        RecordNotes notes = new RecordNotes();
        ObjectNode normal = fields(data, notes);
        if (!id.equals(normal.path(type.idField()).asText())) {
            throw new InvalidValueException(
                    "the record's " + type.idField() + " is not the id " + id + " of its change");
        }
        OptionalLong version = OptionalLong.empty();
        if (type.versionField().isPresent()) {
            JsonNode told = normal.remove(type.versionField().get());
            if (told != null && !told.isNull()) {
                version = OptionalLong.of(ScalarType.longValue(told));
            }
        }
        Optional<String> scope = type.scopeField()
                .map(normal::get)
                .filter(value -> !value.isNull())
                .map(JsonNode::asText)
                .filter(value -> !value.equals(ScalarType.ZERO_UUID));
        Snapshot snapshot = snapshot(normal);
        return new Observed.Present(type.name(), id, snapshot, scope, version, notes.partial(), occurredAt);
    }

    private ObjectNode fields(JsonNode data, RecordNotes notes) throws InvalidValueException {
        try {
            return fields.normalise(data, notes);
        } catch (InvalidValueException wrong) {
            throw wrong.in(type.name());
        }
    }

    private static Snapshot snapshot(ObjectNode normal) throws InvalidValueException {
        Snapshot snapshot;
        try {
            snapshot = Snapshot.of(normal);
        } catch (IllegalArgumentException unwritable) {
            throw new InvalidValueException("cannot be kept: " + unwritable.getMessage());
        }
        int size = snapshot.bytes().length;
        if (size > LARGEST_SNAPSHOT) {
            throw new InvalidValueException(
                    "the record has " + size + " bytes, more than the " + LARGEST_SNAPSHOT + " kept");
        }
        return snapshot;
    }

    private static final class Compiler {

        private final TypeDefinitionRegistry definitions;
        private final Map<String, ObjectReader> objects = new HashMap<>();

        Compiler(TypeDefinitionRegistry definitions) {
            this.definitions = definitions;
        }

        ObjectReader object(String name) {
            ObjectReader known = objects.get(name);
            if (known != null) {
                return known;
            }
            ObjectReader reader = new ObjectReader();
            objects.put(name, reader);
            ObjectTypeDefinition definition = definitions.getTypeOrNull(name, ObjectTypeDefinition.class);
            for (FieldDefinition field : definition.getFieldDefinitions()) {
                boolean required = field.getType() instanceof NonNullType;
                reader.fields.add(new Field(field.getName(), required, value(bare(field.getType()))));
            }
            return reader;
        }

        private ValueType value(Type<?> type) {
            if (type instanceof ListType list) {
                boolean required = list.getType() instanceof NonNullType;
                return new ListReader(value(bare(list.getType())), required);
            }
            String name = ((TypeName) type).getName();
            TypeDefinition<?> definition = definitions.getTypeOrNull(name);
            if (definition instanceof ObjectTypeDefinition) {
                return object(name);
            }
            if (definition instanceof EnumTypeDefinition declared) {
                return new EnumReader(declared);
            }
            return ScalarType.named(name);
        }

        private static Type<?> bare(Type<?> type) {
            return type instanceof NonNullType required ? required.getType() : type;
        }
    }

    private record Field(String name, boolean required, ValueType type) {}

    /** Keeps the declared fields and drops others: what nobody declared, nobody can be told about. */
    private static final class ObjectReader implements ValueType {

        private final List<Field> fields = new ArrayList<>();

        ValueType type(String name) {
            return fields.stream()
                    .filter(field -> field.name.equals(name))
                    .findFirst()
                    .map(Field::type)
                    .orElseThrow();
        }

        @Override
        public ObjectNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (!value.isObject()) {
                throw ScalarType.unexpected(value, "an object");
            }
            ObjectNode normal = JsonNodeFactory.instance.objectNode();
            for (Field field : fields) {
                JsonNode given = value.get(field.name);
                if (given == null || given.isNull()) {
                    if (field.required) {
                        throw new InvalidValueException("." + field.name + " is missing");
                    }
                    if (given != null) {
                        normal.set(field.name, given);
                    }
                } else {
                    try {
                        normal.set(field.name, field.type.normalise(given, notes));
                    } catch (InvalidValueException wrong) {
                        throw wrong.in("." + field.name);
                    }
                }
            }
            return normal;
        }
    }

    private record ListReader(ValueType element, boolean required) implements ValueType {

        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (!value.isArray()) {
                throw ScalarType.unexpected(value, "a list");
            }
            ArrayNode normal = JsonNodeFactory.instance.arrayNode(value.size());
            for (int index = 0; index < value.size(); index++) {
                JsonNode given = value.get(index);
                if (given.isNull()) {
                    if (required) {
                        throw new InvalidValueException("[" + index + "] is null");
                    }
                    normal.add(given);
                } else {
                    try {
                        normal.add(element.normalise(given, notes));
                    } catch (InvalidValueException wrong) {
                        throw wrong.in("[" + index + "]");
                    }
                }
            }
            return normal;
        }
    }

    /** Takes any spelling of a declared value, and a value that is not declared as it is: the upstream may be newer. */
    private static final class EnumReader implements ValueType {

        private final Map<String, TextNode> declared = new HashMap<>();

        EnumReader(EnumTypeDefinition definition) {
            definition
                    .getEnumValueDefinitions()
                    .forEach(value ->
                            declared.put(value.getName().toLowerCase(Locale.ROOT), TextNode.valueOf(value.getName())));
        }

        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (!value.isTextual()) {
                throw ScalarType.unexpected(value, "the name of a value");
            }
            return declared.getOrDefault(value.textValue().toLowerCase(Locale.ROOT), (TextNode) value);
        }
    }
}
