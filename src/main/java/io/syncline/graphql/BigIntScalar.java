package io.syncline.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.util.Locale;

/** {@code BigInt}: a whole number of up to 64 bits, that goes out as text where a JSON reader might round it. */
final class BigIntScalar implements Coercing<Long, Object> {

    /** 2^53-1, the largest whole number that a double, and so JavaScript, holds exactly. */
    static final long MAX_SAFE = (1L << 53) - 1;

    static final GraphQLScalarType TYPE = GraphQLScalarType.newScalar()
            .name("BigInt")
            .coercing(new BigIntScalar())
            .build();

    private BigIntScalar() {}

    static boolean isSafe(long number) {
        return number >= -MAX_SAFE && number <= MAX_SAFE;
    }

    @Override
    public Object serialize(Object value, GraphQLContext context, Locale locale) {
        if (value instanceof Long number) {
            return isSafe(number) ? number : number.toString();
        }
        throw new CoercingSerializeException("not a BigInt");
    }

    @Override
    public Long parseValue(Object input, GraphQLContext context, Locale locale) {
        if (input instanceof Integer || input instanceof Long) {
            return ((Number) input).longValue();
        }
        if (input instanceof String text) {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw new CoercingParseValueException("Expected a BigInt", e);
            }
        }
        throw new CoercingParseValueException("Expected a BigInt");
    }

    @Override
    public Long parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
        try {
            if (input instanceof IntValue number) {
                return number.getValue().longValueExact();
            }
            if (input instanceof StringValue text) {
                return Long.valueOf(text.getValue());
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new CoercingParseLiteralException("Expected a BigInt", e);
        }
        throw new CoercingParseLiteralException("Expected a BigInt");
    }
}
