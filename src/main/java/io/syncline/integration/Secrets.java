package io.syncline.integration;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is not to be told when a text of an upstream is shown: the credentials of the integration, wherever they stand, and the values of what the text
 * itself names like a credential. Immutable.
 */
public final class Secrets {

    private static final String MASK = "***";
    private static final Pattern PARAMETER = Pattern.compile(".*(token|key|secret|password)");
    /** Shorter ones would take ordinary text away, and are no secrets. */
    private static final int SHORTEST = 6;

    /** A field of JSON text, which may be cut off. */
    private static final Pattern FIELD = Pattern.compile(
            "(\"[^\"\\\\]{0,60}(?:token|secret|passw|authorization|api[-_]?key|credential)[^\"\\\\]{0,60}\"\\s*+:\\s*+)"
                    + "(?:\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"?|[^\\s,\\]}\"\\[{]++)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Those that texts name themselves, for where no integration is known. */
    public static final Secrets UNKNOWN = new Secrets(List.of());

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    /** Those of an integration. */
    public static Secrets of(IntegrationSettings integration) {
        return new Secrets(integration.parameters().entrySet().stream()
                .filter(parameter ->
                        isSecret(parameter.getKey()) && parameter.getValue().length() >= SHORTEST)
                .map(Map.Entry::getValue)
                .flatMap(value -> Stream.of(value, inJson(value)))
                .distinct()
                // One that is part of another comes after it.
                .sorted(Comparator.comparing(String::length).reversed())
                .toList());
    }

    /** As it stands in JSON text. */
    private static String inJson(String value) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(value));
    }

    /** Whether the value of a parameter of that name is a credential. */
    static boolean isSecret(String parameter) {
        return PARAMETER.matcher(parameter.toLowerCase(Locale.ROOT)).matches();
    }

    /** The text without them. */
    public String masked(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        return FIELD.matcher(masked).replaceAll("$1" + Matcher.quoteReplacement('"' + MASK + '"'));
    }
}
