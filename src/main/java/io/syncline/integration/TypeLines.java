package io.syncline.integration;

import graphql.language.FieldDefinition;
import graphql.language.ListType;
import graphql.language.NonNullType;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.language.TypeName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds on which line of {@code entities.graphqls} a field is declared that a record does not fit. Immutable. */
final class TypeLines {

    private static final Pattern FIELD = Pattern.compile("\\G(?:\\[\\d+])*\\.(\\w+)");

    private final EntityTypes types;

    TypeLines(EntityTypes types) {
        this.types = types;
    }

    /** The line of the deepest field that a reason such as {@code lead.owner.id is 7, not text} names; 1 where it names none. */
    int line(String reason) {
        int dot = reason.indexOf('.');
        Optional<EntityType> type = dot < 0 ? Optional.empty() : types.find(reason.substring(0, dot));
        if (type.isEmpty()) {
            return 1;
        }
        ObjectTypeDefinition object = object(type.get().graphqlName());
        int line = object.getSourceLocation().getLine();
        Matcher path = FIELD.matcher(reason);
        path.region(dot, reason.length());
        while (object != null && path.find()) {
            Optional<FieldDefinition> field = field(object, path.group(1));
            if (field.isEmpty()) {
                return line;
            }
            line = line(field.get());
            object = object(named(field.get().getType()));
        }
        return line;
    }

    /** A description before a field is part of it. */
    private static int line(FieldDefinition field) {
        int first = field.getSourceLocation().getLine();
        if (field.getDescription() == null) {
            return first;
        }
        int described = (int) field.getDescription().getContent().lines().count();
        return first + (field.getDescription().isMultiLine() ? described + 2 : 1);
    }

    /** Whether a type declares a field. */
    boolean declares(EntityType type, String field) {
        return field(object(type.graphqlName()), field).isPresent();
    }

    private ObjectTypeDefinition object(String name) {
        return types.definitions().getTypeOrNull(name, ObjectTypeDefinition.class);
    }

    private static Optional<FieldDefinition> field(ObjectTypeDefinition object, String name) {
        return object.getFieldDefinitions().stream()
                .filter(field -> field.getName().equals(name))
                .findFirst();
    }

    private static String named(Type<?> type) {
        Type<?> inner = type;
        while (!(inner instanceof TypeName)) {
            inner = inner instanceof ListType list ? list.getType() : ((NonNullType) inner).getType();
        }
        return ((TypeName) inner).getName();
    }
}
