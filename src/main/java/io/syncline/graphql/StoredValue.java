package io.syncline.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLType;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of a stored snapshot, as the GraphQL library takes a value of its declared type. What a type does not admit is an error of the field,
 * apart from an enum's value that the enum does not know, which is null: an upstream may have more of them than its declaration.
 */
final class StoredValue {

    private StoredValue() {}

    /** A stored value that its declared type does not admit, as when the declaration was changed afterwards. */
    static final class MisfitException extends RuntimeException {

        MisfitException(GraphQLType type) {
            super("a stored value is no " + type, null, false, false);
        }
    }

    /** The value, or null for none. */
    static Object of(JsonNode value, GraphQLType type) {
        if (type instanceof GraphQLNonNull nonNull) {
            return of(value, nonNull.getWrappedType());
        }
        if (value == null || value.isNull()) {
            return null;
        }
        if (type instanceof GraphQLList list) {
            return list(value, list);
        }
        if (type instanceof GraphQLObjectType) {
            return admitted(value.isObject(), type, value);
        }
        if (type instanceof GraphQLEnumType enumeration) {
            String text = (String) admitted(value.isTextual(), type, value.textValue());
            return enumeration.getValue(text) == null ? null : text;
        }
        // By name: the library makes copies of the scalars that it is given.
        return switch (((GraphQLNamedType) type).getName()) {
            case "Int" -> admitted(value.isIntegralNumber() && value.canConvertToInt(), type, value.intValue());
            case "Float" -> admitted(value.isNumber(), type, value.doubleValue());
            case "Boolean" -> admitted(value.isBoolean(), type, value.booleanValue());
            case "BigInt" -> bigInt(value, type);
            case "JSON" -> JsonScalar.canonical(value);
            case "ID" ->
                value.isIntegralNumber() ? value.asText() : admitted(value.isTextual(), type, value.textValue());
            default -> admitted(value.isTextual(), type, value.textValue());
        };
    }

    private static List<Object> list(JsonNode value, GraphQLList list) {
        admitted(value.isArray(), list, value);
        List<Object> elements = new ArrayList<>(value.size());
        value.forEach(element -> elements.add(of(element, list.getWrappedType())));
        return elements;
    }

    private static Object bigInt(JsonNode value, GraphQLType type) {
        if (value.isTextual()) {
            try {
                return Long.valueOf(value.textValue());
            } catch (NumberFormatException e) {
                throw new MisfitException(type);
            }
        }
        return admitted(value.isIntegralNumber() && value.canConvertToLong(), type, value.longValue());
    }

    private static Object admitted(boolean fits, GraphQLType type, Object value) {
        if (!fits) {
            throw new MisfitException(type);
        }
        return value;
    }
}
