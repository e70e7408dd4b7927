package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.syncline.changelog.CanonicalJson;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

    private EntityReader(EntityType type, ObjectReader fields) {
        this.type = type;
        this.fields = fields;
    }

    static EntityReader of(EntityType type, TypeDefinitionRegistry definitions) {
        Compiler compiler = new Compiler(definitions, type);
        return new EntityReader(type, compiler.object(type.graphqlName()));
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
            id = ((PlainType) fields.type(type.idField()))
                    .normalise(given, new RecordNotes())
                    .asText();
        } catch (InvalidValueException wrong) {
            throw wrong.in(type.idField());
        }
        if (id.equals(ScalarType.ZERO_UUID)) {
            throw new InvalidValueException("the record's id is all zeros, which stands for an unknown entity");
        }
        if (id.isBlank() || hasControls(id)) {
            throw new InvalidValueException("the record's id is blank or has control characters");
        }
        return id;
    }

    private static boolean hasControls(String id) {
        for (int at = 0; at < id.length(); at++) {
            if (Character.isISOControl(id.charAt(at))) {
                return true;
            }
        }
        return false;
    }

    /** @param out what the snapshot is written with, over and over */
    Observed present(String id, JsonNode data, Optional<Instant> occurredAt, CanonicalJson out)
            throws InvalidValueException {
        RecordNotes notes = new RecordNotes();
        Snapshot snapshot = snapshot(data, out, notes);
        if (!id.equals(data.path(type.idField()).textValue())
                && !id.equals(plain(type.idField(), data).map(JsonNode::asText).orElse(""))) {
            throw new InvalidValueException(
                    "the record's " + type.idField() + " is not the id " + id + " of its change");
        }
        OptionalLong version = OptionalLong.empty();
        if (type.versionField().isPresent()) {
            Optional<JsonNode> told = plain(type.versionField().get(), data);
            if (told.isPresent()) {
                version = OptionalLong.of(ScalarType.longValue(told.get()));
            }
        }
        Optional<String> scope = Optional.empty();
        if (type.scopeField().isPresent()) {
            scope = plain(type.scopeField().get(), data)
                    .map(JsonNode::asText)
                    .filter(value -> !value.equals(ScalarType.ZERO_UUID));
        }
        try {
            return new Observed.Present(type.name(), id, snapshot, scope, version, notes.partial(), occurredAt);
        } catch (IllegalArgumentException unstorable) {
            throw new InvalidValueException(unstorable.getMessage());
        }
    }

    Observed gone(String id, Optional<Instant> occurredAt) throws InvalidValueException {
        try {
            return new Observed.Gone(type.name(), id, occurredAt);
        } catch (IllegalArgumentException unstorable) {
            throw new InvalidValueException(unstorable.getMessage());
        }
    }

    /** The normal form of a field without fields of its own; empty where it is missing or null. */
    private Optional<JsonNode> plain(String field, JsonNode data) throws InvalidValueException {
        JsonNode given = data.path(field);
        if (given.isMissingNode() || given.isNull()) {
            return Optional.empty();
        }
        try {
            JsonNode normal = ((PlainType) fields.type(field)).normalise(given, new RecordNotes());
            return normal.isNull() ? Optional.empty() : Optional.of(normal);
        } catch (InvalidValueException wrong) {
            throw wrong.in(type.name() + "." + field);
        }
    }

    private Snapshot snapshot(JsonNode data, CanonicalJson out, RecordNotes notes) throws InvalidValueException {
        out.reset();
        try {
            fields.write(data, out, notes);
        } catch (InvalidValueException wrong) {
            throw wrong.in(type.name());
        } catch (IllegalArgumentException unwritable) {
            throw new InvalidValueException("cannot be kept: " + unwritable.getMessage());
        }
        if (out.length() > LARGEST_SNAPSHOT) {
            throw new InvalidValueException(
                    "the record has " + out.length() + " bytes, more than the " + LARGEST_SNAPSHOT + " kept");
        }
        return out.digestedSnapshot();
    }

    private static final class Compiler {

        private final TypeDefinitionRegistry definitions;
        private final EntityType entity;
        private final Map<String, ObjectReader> objects = new HashMap<>();

        Compiler(TypeDefinitionRegistry definitions, EntityType entity) {
            this.definitions = definitions;
            this.entity = entity;
        }

        ObjectReader object(String name) {
            ObjectReader known = objects.get(name);
            if (known != null) {
                return known;
            }
            ObjectReader reader = new ObjectReader();
            objects.put(name, reader);
            ObjectTypeDefinition definition = definitions.getTypeOrNull(name, ObjectTypeDefinition.class);
            List<Field> fields = new ArrayList<>();
            for (FieldDefinition field : definition.getFieldDefinitions()) {
                boolean required = field.getType() instanceof NonNullType;
                fields.add(new Field(
                        new CanonicalJson.FieldName(field.getName()),
                        required,
                        !isVersion(name, field),
                        value(bare(field.getType()))));
            }
            reader.declare(fields);
            return reader;
        }

        /** The upstream's own version of the entity is told beside the snapshot, not in it. */
        private boolean isVersion(String object, FieldDefinition field) {
            return object.equals(entity.graphqlName())
                    && entity.versionField().filter(field.getName()::equals).isPresent();
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

    private record Field(CanonicalJson.FieldName name, boolean required, boolean written, ValueType type) {}

    /** Keeps the declared fields and drops others: what nobody declared, nobody can be told about. */
    private static final class ObjectReader implements ValueType {

        /** In the order in which they are written. */
        private Field[] fields = {};

        private final Map<String, Integer> positions = new HashMap<>();

        void declare(List<Field> declared) {
            fields = declared.stream().sorted(Comparator.comparing(Field::name)).toArray(Field[]::new);
            for (int position = 0; position < fields.length; position++) {
                positions.put(fields[position].name.text(), position);
            }
        }

        ValueType type(String name) {
            return fields[positions.get(name)].type;
        }

        @Override
        public void write(JsonNode value, CanonicalJson out, RecordNotes notes) throws InvalidValueException {
            if (!value.isObject()) {
                throw ScalarType.unexpected(value, "an object");
            }
            JsonNode[] given = new JsonNode[fields.length];
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                Integer position = positions.get(entry.getKey());
                if (position != null) {
                    given[position] = entry.getValue();
                }
            }
            out.beginObject();
            for (int position = 0; position < given.length; position++) {
                write(fields[position], given[position], out, notes);
            }
            out.endObject();
        }

        private static void write(Field field, JsonNode given, CanonicalJson out, RecordNotes notes)
                throws InvalidValueException {
            if (given == null || given.isNull()) {
                if (field.required) {
                    throw new InvalidValueException("." + field.name.text() + " is missing");
                }
                if (given != null && field.written) {
                    out.field(field.name);
                    out.value(given);
                }
                return;
            }
            if (!field.written) {
                return;
            }
            out.field(field.name);
            try {
                field.type.write(given, out, notes);
            } catch (InvalidValueException wrong) {
                throw wrong.in("." + field.name.text());
            }
        }
    }

    private record ListReader(ValueType element, boolean required) implements ValueType {

        @Override
        public void write(JsonNode value, CanonicalJson out, RecordNotes notes) throws InvalidValueException {
            if (!value.isArray()) {
                throw ScalarType.unexpected(value, "a list");
            }
            out.beginArray();
            for (int index = 0; index < value.size(); index++) {
                JsonNode given = value.get(index);
                out.element();
                if (given.isNull()) {
                    if (required) {
                        throw new InvalidValueException("[" + index + "] is null");
                    }
                    out.value(given);
                } else {
                    try {
                        element.write(given, out, notes);
                    } catch (InvalidValueException wrong) {
                        throw wrong.in("[" + index + "]");
                    }
                }
            }
            out.endArray();
        }
    }

    /** Takes any spelling of a declared value, and a value that is not declared as it is: the upstream may be newer. */
    private static final class EnumReader implements PlainType {

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
