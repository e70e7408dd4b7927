package io.syncline.sandbox.upstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of an entity's fields, in order. Immutable; shared by all entities of that shape. */
public final class Shape {
    static final int ABSENT = -1;

    private final List<String> names;
    private final Map<String, Integer> positions = new HashMap<>();

    public Shape(List<String> names) {
        this.names = List.copyOf(names);
        for (int position = 0; position < this.names.size(); position++) {
            positions.put(this.names.get(position), position);
        }
    }

    public List<String> names() {
        return names;
    }

    /** Whether entities of this shape have the field. */
    public boolean has(String name) {
        return positions.containsKey(name);
    }

    int position(String name) {
        return positions.getOrDefault(name, ABSENT);
    }
}
