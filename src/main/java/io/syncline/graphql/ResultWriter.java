package io.syncline.graphql;

import graphql.language.SourceLocation;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what the library gives as a plan writes it: the same escapes, the same numbers. */
final class ResultWriter {

    private static final int ROOM = 1024;
    private static final MathContext SHORT = new MathContext(15, RoundingMode.HALF_EVEN);
    private static final double PLAIN = 1e15;

    private ResultWriter() {}

    /** A response of data and nothing else. */
    static ByteBuffer data(Object data) {
        ByteOutput out = new ByteOutput(ROOM);
        out.ascii("{\"data\":");
        value(data, out);
        out.write('}');
        return out.buffer();
    }

    /** A response of errors and the data that there is in spite of them. */
    static ByteBuffer dataAndErrors(Object data, List<Map<String, Object>> errors) {
        ByteOutput out = new ByteOutput(ROOM);
        out.ascii("{\"errors\":");
        value(errors, out);
        out.ascii(",\"data\":");
        value(data, out);
        out.write('}');
        return out.buffer();
    }

    /** A response to a request that was not run. */
    static ByteBuffer errors(List<Map<String, Object>> errors) {
        ByteOutput out = new ByteOutput(ROOM);
        out.ascii("{\"errors\":");
        value(errors, out);
        out.write('}');
        return out.buffer();
    }

    /** An error as it stands in a response. */
    static Map<String, Object> error(GraphqlException.Problem problem) {
        return error(problem.code().name(), problem.message(), problem.locations(), List.of());
    }

    static Map<String, Object> error(String code, String message, List<SourceLocation> locations, List<Object> path) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", message);
        if (!locations.isEmpty()) {
            error.put(
                    "locations",
                    locations.stream()
                            .map(location -> Map.of("line", location.getLine(), "column", location.getColumn()))
                            .toList());
        }
        if (!path.isEmpty()) {
            error.put("path", path);
        }
        error.put("extensions", Map.of("code", code));
        return error;
    }

    private static void value(Object value, ByteOutput out) {
        if (value == null) {
            out.ascii("null");
        } else if (value instanceof String text) {
            out.string(text);
        } else if (value instanceof Map<?, ?> object) {
            object(object, out);
        } else if (value instanceof Iterable<?> list) {
            list(list, out);
        } else if (value instanceof JsonScalar.Text json) {
            json.write(out);
        } else if (value instanceof Double number) {
            out.ascii(decimal(number));
        } else {
            out.ascii(value.toString());
        }
    }

    private static void object(Map<?, ?> object, ByteOutput out) {
        char before = '{';
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            out.write(before);
            before = ',';
            out.string((String) entry.getKey());
            out.write(':');
            value(entry.getValue(), out);
        }
        if (before == '{') {
            out.write('{');
        }
        out.write('}');
    }

    private static void list(Iterable<?> list, ByteOutput out) {
        char before = '[';
        for (Object element : list) {
            out.write(before);
            before = ',';
            value(element, out);
        }
        if (before == '[') {
            out.write('[');
        }
        out.write(']');
    }

    /** As short as the double allows, and without an exponent as long as that is readable, as numbers are stored. */
    private static String decimal(double number) {
        if (number != 0 && (Math.abs(number) >= PLAIN || Math.abs(number) < 1 / PLAIN)) {
            return Double.toString(number);
        }
        BigDecimal rounded = new BigDecimal(number).round(SHORT);
        BigDecimal exact = rounded.doubleValue() == number ? rounded : new BigDecimal(Double.toString(number));
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }
}
