package io.syncline.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the description of the API to the routes that serve it. */
class OpenApiTest {

    private static final Path ROUTES = Path.of("routes/api");
    private static final List<String> VERBS = List.of("get", "post", "put", "patch", "delete", "head");

    /** What there is behind routes that take every method, and refuse by themselves what they do not want. */
    private static final Map<String, Set<String>> BEHIND = Map.of("/graphql", Set.of("GET /graphql", "POST /graphql"));

    /** For people. */
    private static final Set<String> NOT_DESCRIBED = Set.of("GET /graphiql");

    private final JsonNode description =
            new JsonMapper().readTree(ROUTES.resolve("openapi.json").toFile());

    OpenApiTest() throws IOException {}

    @Test
    void describesEveryEndpointAndNoOther() throws Exception {
        assertThat(described()).isEqualTo(routed());
    }

    @Test
    void asksForATokenEverywhereButForHealth() {
        for (String path : names(description.path("paths"))) {
            description.path("paths").path(path).forEach(operation -> assertThat(
                            operation.path("security").isEmpty())
                    .as(path)
                    .isEqualTo(path.equals("/observe/health")));
        }
    }

    @Test
    void refersOnlyToWhatItDefines() {
        List<String> references = description.findValuesAsText("$ref");

        assertThat(references).isNotEmpty().allSatisfy(reference -> assertThat(
                        description.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    private Set<String> described() {
        Set<String> endpoints = new TreeSet<>();
        for (String path : names(description.path("paths"))) {
            for (String verb : names(description.path("paths").path(path))) {
                endpoints.add(verb.toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        return endpoints;
    }

    private static Set<String> routed() throws IOException {
        Set<String> endpoints = new TreeSet<>();
        try (Stream<Path> files = Files.list(ROUTES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".camel.yaml"))
                    .toList()) {
                for (JsonNode entry : new YAMLMapper().readTree(file.toFile())) {
                    addRest(entry.path("rest"), endpoints);
                    addHttp(entry.path("route").path("from"), endpoints);
                }
            }
        }
        endpoints.removeIf(endpoint -> endpoint.startsWith("HEAD "));
        endpoints.removeAll(NOT_DESCRIBED);
        return endpoints;
    }

    private static void addRest(JsonNode rest, Set<String> endpoints) {
        for (String verb : VERBS) {
            for (JsonNode operation : rest.path(verb)) {
                endpoints.add(verb.toUpperCase(Locale.ROOT) + " "
                        + rest.path("path").asText() + operation.path("path").asText());
            }
        }
    }

    private static void addHttp(JsonNode from, Set<String> endpoints) {
        String uri = from.path("uri").asText();
        if (uri.startsWith("platform-http:")) {
            String path = uri.substring("platform-http:".length());
            String methods = from.path("parameters").path("httpMethodRestrict").asText();
            if (methods.isEmpty()) {
                assertThat(BEHIND).as("the methods of a route").containsKey(path);
                endpoints.addAll(BEHIND.get(path));
            } else {
                Arrays.stream(methods.split(",")).forEach(method -> endpoints.add(method.strip() + " " + path));
            }
        }
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }
}
