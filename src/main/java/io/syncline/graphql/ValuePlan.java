package io.syncline.graphql;

import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Copies one stored value of a declared type. Whatever is not plainly what the type admits, a missing non-null value included, is left to the
 * library: see {@link #copy}.
 */
final class ValuePlan {

    private enum Kind {
        TEXT,
        INT,
        FLOAT,
        BOOLEAN,
        BIG_INT,
        ENUM,
        JSON,
        LIST,
        OBJECT
    }

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** Up to so many digits, a decimal number is the same after it was a double. */
    private static final int EXACT_DIGITS = 15;

    private final Kind kind;
    private final boolean nullable;
    private final byte[][] enumValues;
    private final Optional<ValuePlan> element;
    private final Optional<ObjectPlan> object;

    private ValuePlan(
            Kind kind,
            boolean nullable,
            byte[][] enumValues,
            Optional<ValuePlan> element,
            Optional<ObjectPlan> object) {
        this.kind = kind;
        this.nullable = nullable;
        this.enumValues = enumValues;
        this.element = element;
        this.object = object;
    }

    /**
     * The plan for a field's type.
     *
     * @param selection gives what is selected on the object type that the field is of, in lists or not
     */
    static ValuePlan of(GraphQLType type, Supplier<ObjectPlan> selection) {
        if (type instanceof GraphQLNonNull nonNull) {
            return nullable(nonNull.getWrappedType(), false, selection);
        }
        return nullable(type, true, selection);
    }

    private static ValuePlan nullable(GraphQLType type, boolean nullable, Supplier<ObjectPlan> selection) {
        if (type instanceof GraphQLList list) {
            ValuePlan element = of(list.getWrappedType(), selection);
            return new ValuePlan(Kind.LIST, nullable, new byte[0][], Optional.of(element), Optional.empty());
        }
        if (type instanceof GraphQLEnumType enumeration) {
            byte[][] values = enumeration.getValues().stream()
                    .map(value -> value.getName().getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            return new ValuePlan(Kind.ENUM, nullable, values, Optional.empty(), Optional.empty());
        }
        Kind kind = scalar(type);
        return new ValuePlan(
                kind,
                nullable,
                new byte[0][],
                Optional.empty(),
                kind == Kind.OBJECT ? Optional.of(selection.get()) : Optional.empty());
    }

    private static Kind scalar(GraphQLType type) {
        if (type instanceof GraphQLObjectType) {
            return Kind.OBJECT;
        }
        // By name: the library makes copies of the scalars that it is given.
        return switch (((GraphQLNamedType) type).getName()) {
            case "Int" -> Kind.INT;
            case "Float" -> Kind.FLOAT;
            case "Boolean" -> Kind.BOOLEAN;
            case "BigInt" -> Kind.BIG_INT;
            case "JSON" -> Kind.JSON;
            default -> Kind.TEXT;
        };
    }

    /**
     * Writes the value as the library would.
     *
     * @param start where the value starts in the snapshot; negative where there is none
     * @param end where it ends
     * @return false if the library has to say what becomes of it; then what was written is of no use
     */
    boolean copy(byte[] json, int start, int end, ByteOutput out) {
        if (start < 0 || json[start] == 'n') {
            out.write(NULL);
            return nullable;
        }
        return switch (kind) {
            case TEXT -> json[start] == '"' && copied(json, start, end, out);
            case INT -> isInt(json, start, end) && copied(json, start, end, out);
            case FLOAT -> isExactDecimal(json, start, end) && copied(json, start, end, out);
            case BOOLEAN -> (json[start] == 't' || json[start] == 'f') && copied(json, start, end, out);
            case BIG_INT -> isBigInt(json, start, end) && copied(json, start, end, out);
            case JSON -> copied(json, start, end, out);
            case ENUM -> json[start] == '"' && copyEnum(json, start, end, out);
            case LIST -> json[start] == '[' && copyList(json, start, out);
            case OBJECT -> json[start] == '{' && object.orElseThrow().copy(json, start, 0, out);
        };
    }

    private static boolean copied(byte[] json, int start, int end, ByteOutput out) {
        out.write(json, start, end);
        return true;
    }

    private boolean copyEnum(byte[] json, int start, int end, ByteOutput out) {
        for (byte[] value : enumValues) {
            if (SnapshotScanner.compare(json, start + 1, end - 1, value) == 0) {
                return copied(json, start, end, out);
            }
        }
        out.write(NULL);
        return nullable;
    }

    private boolean copyList(byte[] json, int start, ByteOutput out) {
        ValuePlan each = element.orElseThrow();
        out.write('[');
        int at = start + 1;
        while (json[at] != ']') {
            if (json[at] == ',') {
                out.write(',');
                at++;
            }
            int end = SnapshotScanner.end(json, at);
            if (!each.copy(json, at, end, out)) {
                return false;
            }
            at = end;
        }
        out.write(']');
        return true;
    }

    private static boolean isInt(byte[] json, int start, int end) {
        if (!isWhole(json, start, end) || end - start > 11) {
            return false;
        }
        long number = whole(json, start, end);
        return number == (int) number;
    }

    private static boolean isBigInt(byte[] json, int start, int end) {
        if (json[start] == '"') {
            int first = start + 1;
            int last = end - 1;
            // 18 digits are within 64 bits; the few numbers with 19 are left to the library.
            return isWhole(json, first, last) && last - first <= 18 && !BigIntScalar.isSafe(whole(json, first, last));
        }
        return isWhole(json, start, end) && end - start <= 17 && BigIntScalar.isSafe(whole(json, start, end));
    }

    /** In the one way to write a whole number: no leading zero, no negative zero. */
    private static boolean isWhole(byte[] json, int start, int end) {
        int first = json[start] == '-' ? start + 1 : start;
        if (first == end || (json[first] == '0' && end - start > 1)) {
            return false;
        }
        for (int at = first; at < end; at++) {
            if (json[at] < '0' || json[at] > '9') {
                return false;
            }
        }
        return true;
    }

    private static long whole(byte[] json, int start, int end) {
        boolean negative = json[start] == '-';
        long number = 0;
        for (int at = negative ? start + 1 : start; at < end; at++) {
            number = number * 10 + (json[at] - '0');
        }
        return negative ? -number : number;
    }

    /** A decimal number without exponent, trailing zero or negative zero, and with no more digits than a double keeps. */
    private static boolean isExactDecimal(byte[] json, int start, int end) {
        int point = start;
        while (point < end && json[point] != '.') {
            point++;
        }
        if (point == end) {
            return isWhole(json, start, end) && end - start <= EXACT_DIGITS;
        }
        boolean wholePart =
                (json[start] == '-' && json[start + 1] == '0') ? point - start == 2 : isWhole(json, start, point);
        if (!wholePart || end - start > EXACT_DIGITS || json[end - 1] == '0' || point == end - 1) {
            return false;
        }
        for (int at = point + 1; at < end; at++) {
            if (json[at] < '0' || json[at] > '9') {
                return false;
            }
        }
        return true;
    }
}
