package io.syncline.sandbox.letsbuild;

import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.language.TypeName;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.RefusedException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Reads the data of a wanted change by the published types, and says which field does not fit. Immutable. */
final class EditReader {
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern NAME = Pattern.compile("[_A-Za-z][_0-9A-Za-z]{0,99}");
    private static final List<String> NO_ENUM_VALUES = List.of("true", "false", "null");

    private final Catalog catalog;

    EditReader(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The canonical form of an id. */
    static String id(Edit edit) throws RefusedException {
        if (!UUID_TEXT.matcher(edit.entityId()).matches()) {
            throw RefusedException.invalid(edit.path("entityId"), "An id here is a UUID.");
        }
        return edit.entityId().toLowerCase(Locale.ROOT);
    }

    /**
     * The entity after the edit: the present one with the given fields changed or, for a new one, the given fields and
     * plain values for those that the type requires.
     *
     * @param enumValue told every enum value that is used, as (enum, value)
     */
    Fields read(Edit edit, Optional<Fields> present, BiConsumer<String, String> enumValue) throws RefusedException {
        Map<String, Object> given =
                readObject(edit.entityType(), edit.data(), edit.path("data"), enumValue, present.isPresent());
        String id = id(edit);
        if (edit.data().containsKey("id") && !id.equals(given.get("id"))) {
            throw RefusedException.invalid(edit.path("data.id"), "The id differs from entityId.");
        }
        given.put("id", id);
        return present.map(fields -> fields.with(given))
                .orElseGet(() -> Fields.of(catalog.shape(edit.entityType()), given));
    }

    private Map<String, Object> readObject(
            String typeName, Map<?, ?> given, String path, BiConsumer<String, String> enumValue, boolean partial)
            throws RefusedException {
        Map<String, Object> read = new HashMap<>();
        Map<String, FieldDefinition> definitions = new HashMap<>();
        for (FieldDefinition definition : type(typeName).getFieldDefinitions()) {
            definitions.put(definition.getName(), definition);
        }
        for (Map.Entry<?, ?> field : given.entrySet()) {
            String at = path + "." + field.getKey();
            FieldDefinition definition = definitions.get(field.getKey().toString());
            if (definition == null) {
                throw RefusedException.invalid(at, typeName + " has no such field.");
            }
            if (definition.getName().equals(Catalog.SEQUENCE_VERSION)) {
                throw RefusedException.invalid(at, "The service numbers the versions.");
            }
            read.put(definition.getName(), readValue(definition.getType(), field.getValue(), at, enumValue));
        }
        if (!partial) {
            for (FieldDefinition definition : definitions.values()) {
                if (definition.getType() instanceof NonNullType required) {
                    read.putIfAbsent(definition.getName(), plainValue((TypeName) required.getType()));
                }
            }
        }
        return read;
    }

    private Object readValue(Type<?> type, Object value, String at, BiConsumer<String, String> enumValue)
            throws RefusedException {
        boolean required = type instanceof NonNullType;
        if (value == null) {
            if (required) {
                throw RefusedException.invalid(at, "This field cannot be null.");
            }
            return null;
        }
        String name = ((TypeName) (type instanceof NonNullType outer ? outer.getType() : type)).getName();
        return switch (name) {
            case "String" -> text(value, at);
            case "Boolean" -> expect(value instanceof Boolean, value, at, "true or false");
            case "Int" -> expect(value instanceof Integer, value, at, "a whole number of 32 bits");
            case "UUID" -> {
                expect(UUID_TEXT.matcher(text(value, at)).matches(), value, at, "a UUID");
                yield value.toString().toLowerCase(Locale.ROOT);
            }
            case "DateTime" -> dateTime(text(value, at), at);
            default -> {
                if (catalog.registry().getTypeOrNull(name, EnumTypeDefinition.class) != null) {
                    String word = text(value, at);
                    boolean fits = NAME.matcher(word).matches() && !NO_ENUM_VALUES.contains(word);
                    expect(
                            fits && !word.startsWith("__"),
                            value,
                            at,
                            "a value of " + name + ", or a name that could be one");
                    enumValue.accept(name, word);
                    yield word;
                }
                expect(value instanceof Map, value, at, "an object");
                yield Fields.of(catalog.shape(name), readObject(name, (Map<?, ?>) value, at, enumValue, false));
            }
        };
    }

    private ObjectTypeDefinition type(String name) {
        return catalog.registry().getTypeOrNull(name, ObjectTypeDefinition.class);
    }

    private static Object plainValue(TypeName type) {
        return switch (type.getName()) {
            case "Boolean" -> false;
            case "DateTime" -> "2026-01-01T00:00:00Z";
            case "UUID" -> Derivation.ZERO_ID;
            default -> "unnamed";
        };
    }

    private static String text(Object value, String at) throws RefusedException {
        return (String) expect(value instanceof String, value, at, "text");
    }

    private static String dateTime(String text, String at) throws RefusedException {
        try {
            if (text.length() == "2024-01-01".length()) {
                return Derivation.midnight(LocalDate.parse(text));
            }
            return OffsetDateTime.parse(text)
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toInstant()
                    .toString();
        } catch (DateTimeParseException noDate) {
            throw RefusedException.invalid(at, "Expected a date, or a date-time in RFC 3339 with its offset.");
        }
    }

    private static Object expect(boolean fits, Object value, String at, String what) throws RefusedException {
        if (!fits) {
            throw RefusedException.invalid(at, "Expected " + what + ".");
        }
        return value;
    }
}
