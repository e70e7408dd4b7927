package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;

/** Checks files of routes against the schema that Camel publishes for them. Safe for use by many threads. */
final class RouteSchema {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    private static final Pattern SCALAR_EXPECTED = Pattern.compile("(string|integer|number|boolean) expected$");

    private final JsonSchema schema;

    RouteSchema() {
        // The schema refers to itself everywhere: loaded ahead or kept expanded, it fills a heap of a gigabyte.
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .preloadJsonSchema(false)
                .cacheRefs(false)
                .build();
        try (InputStream text = YamlRoutesBuilderLoader.class.getResourceAsStream(SCHEMA)) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(text, config);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Checks a file.
     *
     * @throws RouteFileException naming file, line and reason of what is wrong, of one thing if several are
     */
    void check(RouteFile file) {
        // Of all that does not fit, what lies deepest is the cause and the rest follows from it.
        problems(file).values().stream()
                .max(Comparator.comparingInt((ValidationMessage message) ->
                                message.getInstanceLocation().getNameCount())
                        .thenComparing(message -> message.getMessage().length(), Comparator.reverseOrder()))
                .ifPresent(message -> {
                    throw new RouteFileException(located(file, message));
                });
    }

    /** All that is wrong with a file, each with file, line and reason; empty for nothing. */
    List<String> violations(RouteFile file) {
        NavigableMap<String, ValidationMessage> problems = problems(file);
        return problems.entrySet().stream()
                // What lies further down is the cause of it.
                .filter(problem -> problems.subMap(problem.getKey() + "/", true, problem.getKey() + "0", false)
                        .isEmpty())
                .sorted(Comparator.comparingInt(problem -> line(file, problem.getValue())))
                .map(problem -> located(file, problem.getValue()))
                .toList();
    }

    /** What does not fit by where it stands; of several messages, the shortest says best what is wrong with the form that was chosen. */
    private NavigableMap<String, ValidationMessage> problems(RouteFile file) {
        NavigableMap<String, ValidationMessage> problems = new TreeMap<>();
        schema.validate(file.yaml().json()).stream()
                .filter(message -> !isOtherScalar(message))
                .forEach(message -> problems.merge(
                        message.getInstanceLocation().toString(),
                        message,
                        BinaryOperator.minBy(Comparator.comparing(RouteSchema::isOtherForm)
                                .thenComparingInt(told -> told.getMessage().length()))));
        return problems;
    }

    private static String located(RouteFile file, ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        String reason = message.getMessage().startsWith(pointer + ": ")
                ? message.getMessage().substring(pointer.length() + 2)
                : message.getMessage();
        return file.path() + ":" + line(file, message) + ": " + reason + " (at " + pointer + ")";
    }

    private static int line(RouteFile file, ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        return file.yaml().line(message.getProperty() == null ? pointer : pointer + "/" + message.getProperty());
    }

    /** Most steps may also be a mere text, which who wrote an object did not mean. */
    private static boolean isOtherForm(ValidationMessage message) {
        return Set.of("type", "oneOf", "anyOf").contains(message.getType());
    }

    /** Camel takes 500 where the schema says text, and "500" or a placeholder where it says number. */
    private static boolean isOtherScalar(ValidationMessage message) {
        JsonNode found = message.getInstanceNode();
        return message.getType().equals("type")
                && found != null
                && found.isValueNode()
                && !found.isNull()
                && SCALAR_EXPECTED.matcher(message.getMessage()).find();
    }
}
