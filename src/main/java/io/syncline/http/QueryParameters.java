package io.syncline.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The query of a request, of which every parameter is known and given once. An empty value counts as none. */
public final class QueryParameters {

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads the query.
     *
     * @throws ApiException 400 if it has a parameter that is not allowed, one twice, or one with U+0000
     * @throws MalformedRequestException if its percent-encoding is broken or does not give UTF-8
     */
    public static QueryParameters of(HttpCall call, Set<String> allowed) {
        Map<String, List<String>> values = call.parameters();
        values.forEach((name, given) -> {
            if (!allowed.contains(name)) {
                String known =
                        allowed.isEmpty() ? "this takes none" : "there is " + String.join(", ", new TreeSet<>(allowed));
                throw ApiException.badField(Shown.name(name), "There is no such parameter; " + known + ".");
            }
            if (given.size() > 1) {
                throw ApiException.badField(name, "The parameter is given " + given.size() + " times.");
            }
            if (given.get(0).indexOf(0) >= 0) {
                // PostgreSQL takes it in no text.
                throw ApiException.badField(name, "The parameter holds U+0000.");
            }
        });
        return new QueryParameters(values);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(given -> given.get(0)).filter(value -> !value.isEmpty());
    }

    /**
     * A whole number in decimal digits.
     *
     * @throws ApiException 400 if it is none, or out of the range
     */
    public int number(String name, int otherwise, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        String digits = text.get();
        if (digits.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(digits);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw ApiException.badField(name, "It must be a whole number from " + least + " to " + most + ".");
    }

    /**
     * A boolean.
     *
     * @throws ApiException 400 if it is neither {@code true} nor {@code false}
     */
    public boolean flag(String name, boolean otherwise) {
        Optional<String> text = text(name);
        if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
            throw ApiException.badField(name, "It must be true or false.");
        }
        return text.map(Boolean::parseBoolean).orElse(otherwise);
    }
}
