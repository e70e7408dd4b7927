package io.syncline.sandbox.upstream;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The entity types of an upstream that publishes no schema, from a resource of its own: for each type its fields, each
 * {@code integer}, {@code number}, {@code text}, {@code uuid}, {@code flag}, {@code instant}, {@code date}, {@code decimal} (a number
 * as text), {@code texts}, {@code map}, {@code object} or {@code objects}.
 * Immutable.
 */
public final class FieldTypes {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Map<String, Map<String, String>> types;
    private final Map<String, Shape> shapes = new HashMap<>();

    private FieldTypes(Map<String, Map<String, String>> types) {
        this.types = types;
        types.forEach((name, fields) -> shapes.put(name, new Shape(List.copyOf(fields.keySet()))));
    }

    public static FieldTypes read(String resource) {
        try (InputStream stream = FieldTypes.class.getResourceAsStream(resource)) {
            return new FieldTypes(new ObjectMapper()
                    .readValue(stream, new TypeReference<LinkedHashMap<String, Map<String, String>>>() {}));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public List<String> entityTypes() {
        return List.copyOf(types.keySet());
    }

    public Shape shape(String entityType) {
        return shapes.get(entityType);
    }

    /**
     * The entity after the edit: the present one with the given fields changed, or a new one of the given fields.
     *
     * @param id of the entity, as the protocol has it
     */
    public Fields read(Edit edit, Optional<Fields> present, Object id) throws RefusedException {
        Map<String, String> fields = types.get(edit.entityType());
        Map<String, Object> given = new HashMap<>();
        for (Map.Entry<String, Object> field : edit.data().entrySet()) {
            String at = edit.path("data." + field.getKey());
            String kind = fields.get(field.getKey());
            if (kind == null) {
                throw RefusedException.invalid(at, edit.entityType() + " has no such field.");
            }
            boolean fits = field.getValue() == null ? !neverNull(kind) : fits(kind, field.getValue());
            if (!fits) {
                throw RefusedException.invalid(at, "Expected " + kind + ".");
            }
            given.put(field.getKey(), field.getValue());
        }
        if (given.containsKey("id") && !id.toString().equals(String.valueOf(given.get("id")))) {
            throw RefusedException.invalid(edit.path("data.id"), "The id differs from entityId.");
        }
        given.put("id", id);
        if (present.isPresent()) {
            return present.get().with(given);
        }
        fields.forEach((field, kind) -> {
            if (neverNull(kind)) {
                given.putIfAbsent(field, kind.equals("map") ? Map.of() : List.of());
            }
        });
        return Fields.of(shape(edit.entityType()), given);
    }

    /** Clients read on without asking where these are concerned, so they are empty and never null. */
    private static boolean neverNull(String kind) {
        return kind.equals("texts") || kind.equals("map");
    }

    private static boolean fits(String kind, Object value) {
        return switch (kind) {
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "text" -> value instanceof String;
            case "uuid" ->
                value instanceof String text && UUID_TEXT.matcher(text).matches();
            case "flag" -> value instanceof Boolean;
            case "instant" -> value instanceof String text && isInstant(text);
            case "date" -> value instanceof String text && text.matches("\\d{4}-\\d\\d-\\d\\d");
            case "decimal" -> value instanceof String text && text.matches("-?\\d+(\\.\\d+)?");
            case "texts" -> value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
            case "object", "map" -> value instanceof Map;
            default -> value instanceof List;
        };
    }

    private static boolean isInstant(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException noInstant) {
            return false;
        }
    }
}
