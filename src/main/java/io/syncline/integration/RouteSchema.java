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
import java.util.Optional;
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
     * @throws RouteFileException naming file, line and reason
     */
    void check(RouteFile file) {
        // Of all that does not fit, what lies deepest is the cause and the rest follows from it.
        Optional<ValidationMessage> problem = schema.validate(file.yaml().json()).stream()
                .filter(message -> !isOtherScalar(message))
                .max(Comparator.comparingInt((ValidationMessage message) ->
                                message.getInstanceLocation().getNameCount())
                        .thenComparing(message -> message.getMessage().length(), Comparator.reverseOrder()));
        problem.ifPresent(message -> {
            String pointer = message.getInstanceLocation().toString();
            String property = message.getProperty() == null ? pointer : pointer + "/" + message.getProperty();
            String reason = message.getMessage().startsWith(pointer + ": ")
                    ? message.getMessage().substring(pointer.length() + 2)
                    : message.getMessage();
            throw new RouteFileException(
                    file.path() + ":" + file.yaml().line(property) + ": " + reason + " (at " + pointer + ")");
        });
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
