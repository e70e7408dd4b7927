package io.syncline.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.access.Access;
import io.syncline.access.AccessLimits;
import io.syncline.access.IssuedToken;
import io.syncline.access.TokenScope;
import io.syncline.http.TestHttpServer;
import io.syncline.integration.EntityTypes;
import io.syncline.pull.Waiting;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphqlEndpointTest {

    private static final String JSON = "application/json";
    private static final String GRAPHQL = "application/graphql-response+json";
    private static final String UTF8 = "; charset=utf-8";

    @TempDir
    private Path folder;

    private final AtomicReference<EntityTypes> entityTypes = new AtomicReference<>(GraphqlFixture.ENTITY_TYPES);
    private final AtomicInteger served = new AtomicInteger();
    private GraphqlFixture fixture;
    private Access access;
    private IssuedToken token;
    private TestHttpServer server;

    @BeforeEach
    void start() throws Exception {
        fixture = GraphqlFixture.in(folder);
        access = Access.open(fixture.changelog(), fixture.database(), Clock.systemUTC(), List.of());
        token = access.issue("reader", Set.of(TokenScope.SYNC));
        access.grant("reader", "site");
        GraphqlEndpoint endpoint = new GraphqlEndpoint(
                fixture.changelog(),
                access,
                entityTypes::get,
                GraphqlSettings.defaults(false),
                (startedNanos, changes) -> served.addAndGet(changes));
        server = TestHttpServer.serving("routes/api/graphql.camel.yaml", Map.of("graphql", endpoint));
    }

    @AfterEach
    void stop() {
        server.close();
        access.close();
        fixture.close();
    }

    @Test
    void answersAQueryByPost() throws Exception {
        fixture.append("site", "Form", "{\"id\":\"1\"}");

        HttpResponse<String> response = post(JSON, body("{ formSync { changes { entityId } } }"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(JSON + UTF8);
        assertThat(response.headers().map()).containsOnlyKeys("content-type", "content-length", "cache-control");
        assertThat(response.body()).isEqualTo("{\"data\":{\"formSync\":{\"changes\":[{\"entityId\":\"1\"}]}}}");
        // The client may have its answer before it is counted.
        assertThat(Waiting.until("the answer to be counted", () -> Optional.of(served.get())
                        .filter(count -> count > 0)))
                .isEqualTo(1);
    }

    @Test
    void refusesATokenThatAsksTooOften() throws Exception {
        Clock still = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        try (Access limited =
                        Access.open(fixture.changelog(), fixture.database(), still, List.of(), new AccessLimits(1, 0));
                TestHttpServer strict = TestHttpServer.serving(
                        "routes/api/graphql.camel.yaml",
                        Map.of(
                                "graphql",
                                new GraphqlEndpoint(
                                        fixture.changelog(),
                                        limited,
                                        entityTypes::get,
                                        GraphqlSettings.defaults(false),
                                        (startedNanos, changes) -> {})))) {
            assertThat(strict.send(authorized(strict.request("/graphql?query=%7B__typename%7D")))
                            .statusCode())
                    .isEqualTo(200);

            HttpResponse<String> refused = strict.send(authorized(strict.request("/graphql?query=%7B__typename%7D")));

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).contains("\"extensions\":{\"code\":\"RATE_LIMITED\"}");
        }
    }

    @Test
    void answersAQueryByGet() throws Exception {
        HttpResponse<String> response = get(
                "query=" + encoded("query A($c: String) { formSync(cursor: $c) { hasMore } } query B { __typename }")
                        + "&operationName=A&variables=" + encoded("{\"c\": null}") + "&Accept=text/html");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"data\":{\"formSync\":{\"hasMore\":false}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, application/json",
        "application/graphql-response+json, application/graphql-response+json",
        "*/*, application/json",
        "application/*, application/json",
        "'application/json;q=0.5, application/graphql-response+json', application/graphql-response+json",
        "'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', application/json"
    })
    void answersInAMediaTypeThatTheClientTakes(String accept, String contentType) throws Exception {
        HttpResponse<String> response = post(accept, body("{ __typename }"));

        assertThat(response.headers().firstValue("Content-Type")).contains(contentType + UTF8);
        assertThat(response.body()).isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
    }

    @Test
    void refusesAMediaTypeThatItDoesNotHave() throws Exception {
        assertError(post("text/html", body("{ __typename }")), 406, "BAD_USER_INPUT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json; charset=iso-8859-1", "multipart/form-data", ""})
    void refusesABodyOfAnotherMediaType(String contentType) throws Exception {
        HttpRequest.Builder request =
                authorized(server.request("/graphql").POST(BodyPublishers.ofString(body("{ __typename }"))));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }

        assertError(server.send(request), 415, "BAD_USER_INPUT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"query":"{ __typename"}                                       | GRAPHQL_PARSE_FAILED
                    {"query":""}                                                   | GRAPHQL_PARSE_FAILED
                    {"query":"{ nothing }"}                                        | GRAPHQL_VALIDATION_FAILED
                    {"query":"mutation { a }"}                                     | GRAPHQL_VALIDATION_FAILED
                    {"query":"{ formSync(limit: \\"x\\") { cursor } }"}            | GRAPHQL_VALIDATION_FAILED
                    {"query":"{ __schema { types { name } } }"}                    | GRAPHQL_VALIDATION_FAILED
                    {"query":"query A { a } query B { b }"}                        | BAD_USER_INPUT
                    {"query":"query A { a }", "operationName":"B"}                 | BAD_USER_INPUT
                    {"query":"query($c: Int!) { formSync(limit: $c) { cursor } }"} | BAD_USER_INPUT
                    """)
    void tellsWhatIsWrongWithAQueryByStatusOnlyToClientsThatKnowTheNewMediaType(String body, String code)
            throws Exception {
        assertError(post(GRAPHQL, body), 400, code);
        assertError(post(JSON, body), 200, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{}",
                "{\"query\":1}",
                "{\"query\":null}",
                "{\"query\":\"{ __typename }\"} x",
                "{\"query\":\"{ __typename }\",\"variables\":[]}",
                "{\"query\":\"{ __typename }\",\"variables\":\"{}\"}",
                "{\"query\":\"{ __typename }\",\"operationName\":{}}",
                "{\"query\":\"{ __typename }\",\"extensions\":0}"
            })
    void refusesWhatIsNoGraphqlRequest(String body) throws Exception {
        assertError(post(JSON, body), 400, "BAD_USER_INPUT");
        assertError(post(GRAPHQL, body), 400, "BAD_USER_INPUT");
    }

    @Test
    void refusesABodyThatIsNotUtf8() throws Exception {
        String query = "{\"query\":\"{ __typename } # \u00ff\"}";

        for (Charset other : List.of(
                StandardCharsets.ISO_8859_1,
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                Charset.forName("UTF-32"))) {
            assertError(postBytes(query.getBytes(other)), 400, "BAD_USER_INPUT");
        }
    }

    @Test
    void passesOverAByteOrderMark() throws Exception {
        byte[] body = "\ufeff{\"query\":\"{ __typename }\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(postBytes(body).body()).isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
    }

    private HttpResponse<String> postBytes(byte[] body) throws Exception {
        return server.send(authorized(
                server.request("/graphql").header("Content-Type", JSON).POST(BodyPublishers.ofByteArray(body))));
    }

    @Test
    void refusesABodyThatIsDeeperThanAnyRequest() throws Exception {
        String body = "{\"query\":\"{ __typename }\",\"variables\":" + "[".repeat(500_000);

        assertError(post(JSON, body), 400, "BAD_USER_INPUT");
    }

    @Test
    void changesNothingByGet() throws Exception {
        HttpResponse<String> response = get("query=" + encoded("mutation { a }"));

        assertError(response, 405, "BAD_USER_INPUT");
        assertThat(response.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesAnotherMethod() throws Exception {
        HttpResponse<String> response =
                server.send(authorized(server.request("/graphql")).DELETE());

        assertError(response, 405, "BAD_USER_INPUT");
        assertThat(response.headers().firstValue("Allow")).contains("GET, POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "query=", "query=%FF", "query=%7B__typename%7D&variables=7", "query=a&query=b"})
    void refusesABadQueryString(String query) throws Exception {
        assertThat(get(query).statusCode()).isIn(200, 400);
        assertThat(get(query).body()).startsWith("{\"errors\":[");
    }

    @Test
    void asksForATokenBeforeAnythingElse() throws Exception {
        HttpResponse<String> none =
                server.send(server.request("/graphql").POST(BodyPublishers.ofString("no GraphQL at all")));
        HttpResponse<String> unknown = server.send(server.request("/graphql")
                .header("Authorization", "Bearer " + "x".repeat(64))
                .POST(BodyPublishers.ofString("no GraphQL at all")));

        assertError(none, 401, "UNAUTHENTICATED");
        assertError(unknown, 401, "UNAUTHENTICATED");
        assertThat(none.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Bearer");
    }

    @Test
    void asksForTheScopeSync() throws Exception {
        String other = access.issue("operator", Set.of(TokenScope.ADMIN)).secret();

        assertError(
                server.send(server.request("/graphql")
                        .header("Authorization", "Bearer " + other)
                        .POST(BodyPublishers.ofString(body("{ __typename }")))),
                403,
                "FORBIDDEN");
    }

    @Test
    void servesTheTypesThatWereReloaded() throws Exception {
        Path sources = Files.createDirectories(folder.resolve("sources/museum"));
        Files.writeString(sources.resolve("entities.graphqls"), "type Exhibit @entity(type: \"exhibit\") { id: ID! }");
        fixture.append("site", "exhibit", "{\"id\":\"7\"}");
        String query = "{ exhibitSync { changes { entityType data { ... on Exhibit { id } } } } }";

        HttpResponse<String> before = post(JSON, body(query));
        entityTypes.set(EntityTypes.load(folder.resolve("sources")));
        HttpResponse<String> after = post(JSON, body(query));

        assertError(before, 200, "GRAPHQL_VALIDATION_FAILED");
        assertThat(after.body())
                .isEqualTo(
                        "{\"data\":{\"exhibitSync\":{\"changes\":[{\"entityType\":\"Exhibit\",\"data\":{\"id\":\"7\"}}]}}}");
    }

    @Test
    void goesOnWithTheOldTypesWhereTheNewOnesMakeNoSchema() throws Exception {
        entityTypes.set(EntityTypes.load(Files.createDirectories(folder.resolve("nothing"))));

        assertThat(post(JSON, body("{ formSync { hasMore } }")).body()).contains("\"hasMore\":false");
    }

    @Test
    void tellsNothingOfWhatFailsInside() throws Exception {
        fixture.append("site", "Form", "{\"id\":\"1\"}");
        fixture.database().jdbi().useHandle(handle -> handle.execute("ALTER TABLE change RENAME TO elsewhere"));

        HttpResponse<String> response = post(JSON, body("{ formSync { changes { entityId } } }"));

        assertThat(response.body())
                .contains("INTERNAL_SERVER_ERROR")
                .doesNotContain("SQL")
                .doesNotContain("change\"}")
                .doesNotContain("Exception")
                .doesNotContain("elsewhere");
    }

    private static void assertError(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"errors\":[{\"message\":").contains("\"code\":\"" + code + "\"");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).endsWith(UTF8);
    }

    private HttpResponse<String> post(String accept, String body) throws Exception {
        return server.send(authorized(server.request("/graphql")
                .header("Accept", accept)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(body))));
    }

    private HttpResponse<String> get(String query) throws Exception {
        return server.send(authorized(server.request("/graphql?" + query)));
    }

    private HttpRequest.Builder authorized(HttpRequest.Builder request) {
        return request.header("Authorization", "bearer " + token.secret());
    }

    private static String body(String query) {
        return "{\"query\":\"" + query.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
