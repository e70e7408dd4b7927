package io.syncline.sandbox.upstream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The fields of one entity: strings, numbers, booleans, immutable lists and maps of these, or null. Immutable, and
 * compact, because the sandbox keeps tens of thousands of them.
 */
public final class Fields {
    private final Shape shape;
    private final Object[] values;

    private Fields(Shape shape, Object[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** Takes the values of {@code given} that the shape names; the others are null. */
    public static Fields of(Shape shape, Map<String, ?> given) {
        Object[] values = new Object[shape.names().size()];
        for (int position = 0; position < values.length; position++) {
            values[position] = given.get(shape.names().get(position));
        }
        return new Fields(shape, values);
    }

    public Shape shape() {
        return shape;
    }

    /** The field's value; empty where it is null or the shape does not have it. */
    public Optional<Object> get(String name) {
        int position = shape.position(name);
        return position == Shape.ABSENT ? Optional.empty() : Optional.ofNullable(values[position]);
    }

    /** The field's value as text; empty text where it is null. */
    public String text(String name) {
        return get(name).map(Object::toString).orElse("");
    }

    /** The same entity with one field changed; {@code value} may be null. */
    public Fields with(String name, Object value) {
        int position = shape.position(name);
        if (position == Shape.ABSENT) {
            throw new IllegalArgumentException("no field " + name + " among " + shape.names());
        }
        Object[] changed = values.clone();
        changed[position] = value;
        return new Fields(shape, changed);
    }

    /** The same entity with all fields of {@code given} changed that the shape names. */
    public Fields with(Map<String, ?> given) {
        Object[] changed = values.clone();
        for (Map.Entry<String, ?> field : given.entrySet()) {
            int position = shape.position(field.getKey());
            if (position != Shape.ABSENT) {
                changed[position] = field.getValue();
            }
        }
        return new Fields(shape, changed);
    }

    /** All fields in the shape's order, nulls included; nested ones as maps too. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int position = 0; position < values.length; position++) {
            Object value = values[position];
            map.put(shape.names().get(position), value instanceof Fields nested ? nested.toMap() : value);
        }
        return map;
    }

    /** The fields in the shape's order, without those that are null. */
    public Map<String, Object> toMapOfPresent() {
        Map<String, Object> map = toMap();
        map.values().removeIf(Objects::isNull);
        return map;
    }
}
