package io.syncline.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random snapshots of a type, and random selections on it. */
final class RandomQueries {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 3;
    private static final String[] TEXTS = {
        "",
        "plain",
        "with \"quotes\" and \\",
        "line\nbreak\ttab\u0001\u001f\u007f",
        "Ünïcode €",
        "\ud83d\ude00 smile",
        "/",
        "null",
        "12"
    };
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        42,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        2147483648L,
        (1L << 53) - 1,
        1L << 53,
        -(1L << 53),
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] DECIMALS = {
        "0.5",
        "-0.25",
        "1.0",
        "100",
        "0.1",
        "12345.678",
        "1e10",
        "1e-7",
        "1e40",
        "123456789012345.5",
        "0.1234567890123456789",
        "1e300",
        "-0.0"
    };

    private final Random random;
    private final boolean misfits;

    /**
     * From a seed.
     *
     * @param misfits whether some values are not of their type, or missing where they must not be
     */
    RandomQueries(long seed, boolean misfits) {
        this.random = new Random(seed);
        this.misfits = misfits;
    }

    ObjectNode entity(GraphQLObjectType type, String id) {
        ObjectNode entity = (ObjectNode) object(type, 0);
        entity.put("id", id);
        return entity;
    }

    private JsonNode object(GraphQLObjectType type, int depth) {
        ObjectNode object = JSON.objectNode();
        for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
            boolean required = field.getType() instanceof GraphQLNonNull;
            boolean left = one(4) && (!required || (misfits && one(20)));
            if (!left) {
                object.set(field.getName(), value(field.getType(), depth));
            }
        }
        if (one(3)) {
            object.set("undeclared", value(JsonScalar.TYPE, depth));
        }
        return object;
    }

    private JsonNode value(GraphQLType type, int depth) {
        if (type instanceof GraphQLNonNull nonNull) {
            if (misfits && one(40)) {
                return JSON.nullNode();
            }
            return !misfits && nonNull.getWrappedType() instanceof GraphQLEnumType enumeration
                    ? JSON.textNode(enumeration.getValues().get(0).getName())
                    : present(nonNull.getWrappedType(), depth);
        }
        return one(5) ? JSON.nullNode() : present(type, depth);
    }

    private JsonNode present(GraphQLType type, int depth) {
        if (misfits && one(60)) {
            return any(0);
        }
        if (type instanceof GraphQLList list) {
            ArrayNode array = JSON.arrayNode();
            for (int left = random.nextInt(4); left > 0; left--) {
                array.add(value(list.getWrappedType(), depth));
            }
            return array;
        }
        if (type instanceof GraphQLObjectType object) {
            return depth > DEEPEST ? JSON.objectNode() : object(object, depth + 1);
        }
        if (type instanceof GraphQLEnumType enumeration) {
            String unknown = misfits || !one(3) ? enumeration.getValues().get(0).getName() : "Unheard";
            return JSON.textNode(
                    one(2) ? unknown : enumeration.getValues().get(1).getName());
        }
        return switch (((GraphQLNamedType) type).getName()) {
            case "Int" -> JSON.numberNode((int) pick(NUMBERS));
            case "Float" -> JSON.numberNode(new BigDecimal(one(2) ? "1.5" : misfits ? pick(DECIMALS) : "-7"));
            case "Boolean" -> JSON.booleanNode(one(2));
            case "BigInt" -> bigInt();
            case "JSON" -> any(0);
            default -> JSON.textNode(pick(TEXTS));
        };
    }

    private JsonNode bigInt() {
        long number = pick(NUMBERS);
        if (!misfits) {
            number = number % 1_000_000_000_000_000_00L;
        }
        return BigIntScalar.isSafe(number) ? JSON.numberNode(number) : JSON.textNode(Long.toString(number));
    }

    private JsonNode any(int depth) {
        return switch (random.nextInt(depth > 2 ? 5 : 7)) {
            case 0 -> JSON.textNode(pick(TEXTS));
            case 1 -> JSON.numberNode(pick(NUMBERS));
            case 2 -> JSON.numberNode(new BigDecimal(pick(DECIMALS)));
            case 3 -> JSON.booleanNode(one(2));
            case 4 -> JSON.numberNode(BigInteger.TWO.pow(80));
            case 5 -> JSON.arrayNode().add(any(depth + 1)).add(any(depth + 1));
            default -> {
                ObjectNode object = JSON.objectNode();
                object.set(pick(TEXTS), any(depth + 1));
                object.set("b", any(depth + 1));
                yield object;
            }
        };
    }

    /** A query of the type's sync field, of one integration. */
    String query(GraphQLObjectType type, String integrationId) {
        String name = type.getName();
        String field = Character.toLowerCase(name.charAt(0)) + name.substring(1) + "Sync";
        StringBuilder query = new StringBuilder("query($limit: Int = 3, $none: String) {" + " used: " + field
                + "(cursor: $none, limit: $limit, integrationId: \"" + integrationId + "\") { hasMore } ");
        for (int roots = 1 + random.nextInt(2); roots > 0; roots--) {
            query.append(" r").append(roots).append(": ").append(field).append("(integrationId: \"");
            query.append(integrationId).append("\", cursor: ").append(one(2) ? "$none" : "null");
            query.append(", limit: ").append(one(2) ? "$limit" : "2").append(") ");
            query.append(selection(
                    List.of("hasMore", "maxSequence", "__typename", "changes " + change(type)),
                    name + "SyncChangeSet",
                    "SyncChangeSet"));
        }
        query.append(one(2) ? " __typename }" : " ...Root }");
        if (query.indexOf("...Root") > 0) {
            query.append(" fragment Root on Query { q: __typename }");
        }
        return query.toString();
    }

    private String change(GraphQLObjectType type) {
        List<String> fields =
                new ArrayList<>(List.of("entityId", "entityType", "operationType", "sequenceVersion", "__typename"));
        String name = type.getName();
        fields.add("data { " + (one(2) ? "__typename " : "") + "... on " + name + " " + fields(type, 0) + " }");
        if (one(3)) {
            fields.add("data { ... on AproplanSyncEntity { __typename } ... on Other { id } }");
        }
        return selection(fields, name + "Change", "Change");
    }

    private String fields(GraphQLObjectType type, int depth) {
        List<String> fields = new ArrayList<>();
        for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
            GraphQLType named = GraphQLTypeUtil.unwrapAll(field.getType());
            if (named instanceof GraphQLObjectType object) {
                if (depth < DEEPEST) {
                    fields.add(field.getName() + " " + fields(object, depth + 1));
                }
            } else {
                fields.add(field.getName());
            }
        }
        fields.add("__typename");
        return selection(fields, type.getName(), type.getName());
    }

    /** Some of the fields in some order, some twice, some under another name, some in fragments. */
    private String selection(List<String> fields, String type, String wider) {
        StringBuilder selection = new StringBuilder("{ ");
        int count = 1 + random.nextInt(fields.size());
        for (int left = count; left > 0; left--) {
            int at = random.nextInt(fields.size());
            String field = fields.get(at);
            String aliased = one(3) ? "alias" + at + ": " + field : field;
            selection.append(
                    switch (random.nextInt(5)) {
                        case 0 -> "... on " + type + " { " + aliased + " } ";
                        case 1 -> "... { " + aliased + " } ";
                        case 2 ->
                            field.startsWith("__typename") || field.contains("{")
                                    ? aliased + " "
                                    : "... on " + (isEnvelope(field) ? wider : type) + " { " + aliased + " } ";
                        default -> aliased + " ";
                    });
        }
        return selection.append("}").toString();
    }

    private static boolean isEnvelope(String field) {
        return List.of("entityId", "entityType", "operationType", "hasMore", "maxSequence")
                .contains(field);
    }

    private boolean one(int outOf) {
        return random.nextInt(outOf) == 0;
    }

    private long pick(long[] values) {
        return values[random.nextInt(values.length)];
    }

    private String pick(String[] values) {
        return values[random.nextInt(values.length)];
    }
}
