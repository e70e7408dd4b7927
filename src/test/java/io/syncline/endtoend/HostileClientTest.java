package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.http.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole Syncline answers to clients that get it wrong, by mistake or on purpose: each protocol in its own form, and it lives on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileClientTest {

    private static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final String API = "\"success\":false,\"error\":{\"code\":\"";
    private static final String GRAPHQL = "\"extensions\":{\"code\":\"";
    private static final String SELL = "{\"errors\":[{\"error\":{";
    private static final int FIFTY_MEGABYTES = 50 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Settings settings;
    private Syncline syncline;
    private String token;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        settings = Settings.of(Map.of(
                "syncline.port",
                "0",
                "syncline.data",
                folder.toString(),
                "syncline.admin.token",
                ADMIN,
                "syncline.access.failures-per-minute",
                "0"));
        syncline = Syncline.start(settings);
        token = tokenOf("reader");
    }

    @AfterAll
    void stop() {
        syncline.close();
    }

    @AfterEach
    void stillServes() throws Exception {
        assertThat(get("/observe/health", token).statusCode()).isEqualTo(200);
        assertThat(get("/api/changes", token).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"query": "{ __typename"                                                          | 400 | BAD_USER_INPUT
                    []                                                                               | 400 | BAD_USER_INPUT
                    {"query": 7}                                                                     | 400 | BAD_USER_INPUT
                    {"query": "{ __typename }", "variables": []}                                     | 400 | BAD_USER_INPUT
                    {"query": "{ projectSync { nothing } }"}                                         | 200 | GRAPHQL_VALIDATION_FAILED
                    {"query": "{ projectSync(limit: 0) { cursor } }"}                                | 200 | BAD_USER_INPUT
                    {"query": "{ projectSync(limit: 1000000000) { cursor } }"}                       | 200 | BAD_USER_INPUT
                    {"query": "{ projectSync(limit: 99999999999) { cursor } }"}                      | 200 | GRAPHQL_VALIDATION_FAILED
                    {"query": "{ projectSync(cursor: 7) { cursor } }"}                               | 200 | GRAPHQL_VALIDATION_FAILED
                    {"query": "{ projectSync(cursor: \\"forged\\") { cursor } }"}                    | 200 | INVALID_CURSOR
                    """)
    void tellsGraphqlClientsByACode(String body, int status, String code) throws Exception {
        HttpResponse<String> answer = post("/graphql", token, BodyPublishers.ofString(body));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(GRAPHQL + code).doesNotContain("Exception");
    }

    @Test
    void refusesCursorsThatAreNotOfThisFieldPrincipalAndServer() throws Exception {
        String cursor = graphql(token, "{ projectSync { cursor } }").replaceAll(".*\"cursor\":\"([^\"]+)\".*", "$1");
        assertThat(graphql(token, sync("projectSync", cursor)))
                .contains("\"data\"")
                .doesNotContain("errors");

        assertThat(graphql(token, sync("formSync", cursor))).contains("INVALID_CURSOR");
        assertThat(graphql(token, sync("projectSync", cursor.substring(1)))).contains("INVALID_CURSOR");
        assertThat(graphql(token, sync("projectSync", cursor.substring(0, cursor.length() - 4))))
                .contains("INVALID_CURSOR");
        assertThat(graphql(tokenOf("another"), sync("projectSync", cursor))).contains("INVALID_CURSOR");
        assertThat(get("/api/changes?cursor=" + encoded(cursor), token).body()).contains(API + "INVALID_CURSOR");
    }

    @Test
    void bearsNoQueryThatAsksForTooMuchOrIsTooLong() throws Exception {
        String aliased = IntStream.range(0, 300)
                .mapToObj(number -> "a" + number + ": projectSync { cursor }")
                .collect(Collectors.joining(" ", "{ ", " }"));
        String deep = "{ projectSync { changes "
                .concat("{ data ".repeat(200))
                .concat("}".repeat(200))
                .concat(" } }");
        String token9000 = "a".repeat(9_000);

        assertThat(graphql(token, aliased)).contains("syncline.graphql.max-root-fields");
        assertThat(graphql(token, deep)).contains("\"errors\"").hasSizeLessThan(10_000);
        assertThat(graphql(token, token9000)).contains("GRAPHQL_PARSE_FAILED").hasSizeLessThan(2_000);
        assertThat(graphql(token, "{ " + token9000 + " }"))
                .contains("GRAPHQL_VALIDATION_FAILED")
                .hasSizeLessThan(2_000);
        assertThat(graphql(token, "{".repeat(6_000)))
                .contains("GRAPHQL_PARSE_FAILED")
                .hasSizeLessThan(2_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=-1",
                "limit=1000000000",
                "limit=1e3",
                "limit=%00",
                "limit=1&limit=2",
                "cursor=forged",
                "cursor=%ff%fe",
                "cursor=%zz",
                "entityTypes=Nothing",
                "nothing=1",
                "Accept=text/html",
                "limit=2%0d%0aX-Injected:%20yes"
            })
    void tellsClientsOfThePlainFeedWhatIsWrongWithTheirQuery(String query) throws Exception {
        String answer = Wire.exchange(
                settings.port(),
                "GET /api/changes?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                        + token + "\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains(API)
                .doesNotContain("\r\nX-Injected")
                .doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({"/graphql", "/v2/sync/ack", "/api/tokens"})
    void takesNoBodyOfFiftyMegabytes(String path) throws Exception {
        String form = form(path);
        HttpResponse<String> told = post(path, tokenFor(path), BodyPublishers.ofByteArray(new byte[FIFTY_MEGABYTES]));
        HttpResponse<String> untold =
                post(path, tokenFor(path), BodyPublishers.ofInputStream(() -> new Spaces(FIFTY_MEGABYTES)));
        HttpResponse<String> stranger =
                post(path, "x".repeat(64), BodyPublishers.ofInputStream(() -> new Spaces(FIFTY_MEGABYTES)));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains(form);
        assertThat(untold.statusCode()).isEqualTo(413);
        assertThat(untold.body()).contains(form);
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.body()).contains(form);
    }

    @ParameterizedTest
    @CsvSource({"/graphql", "/v2/sync/ack", "/api/tokens"})
    void takesNoBodyThatIsNotUtf8(String path) throws Exception {
        byte[] body = "{\"query\": \"{ __typename }\", \"x\": \"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);

        HttpResponse<String> answer = post(path, tokenFor(path), BodyPublishers.ofByteArray(body));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(form(path)).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({"/graphql, sync", "/v2/sync/ack, sync", "/api/tokens, admin"})
    void tellsATokenOfTheWrongScopeFromNone(String path, String scope) throws Exception {
        String other = tokenOf("operator", "jobs:read");

        HttpResponse<String> wrong = post(path, other, BodyPublishers.ofString("{}"));
        HttpResponse<String> none =
                client.send(request(path).POST(BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString());
        HttpResponse<String> inTheUrl = client.send(
                request(path + "?access_token=" + tokenFor(path) + "&Authorization=Bearer%20" + tokenFor(path))
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(wrong.body()).contains(form(path)).contains("'" + scope + "'");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.body()).contains(form(path));
        assertThat(inTheUrl.statusCode()).isEqualTo(401);
        assertThat(inTheUrl.body()).doesNotContain(tokenFor(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/../api/./tokens",
                "GET //api//tokens",
                "GET /api/%74okens",
                "GET /api/tokens/",
                "GET /api/x/../tokens",
                "GET /API/tokens",
                "GET /api/tokens;x=y",
                "GET /graphiql/../api/tokens",
                "GET http://elsewhere/api/tokens",
                "PATCH /api/tokens",
                "TRACE /graphql",
                "OPTIONS /api/changes",
                "CONNECT elsewhere:80",
                "FOO /graphql"
            })
    void letsNobodyInByATrickOfPathOrMethod(String line) throws Exception {
        String answer = Wire.exchange(
                settings.port(),
                line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: http://elsewhere\r\n"
                        + "Access-Control-Request-Method: POST\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 (400|401|404|405) ").doesNotContain("Access-Control-Allow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/graphql", "/v2/sync/ack", "/api/tokens"})
    void answersABodyInBrokenChunksInTheFormOfTheProtocol(String path) throws Exception {
        String answer = Wire.exchange(
                settings.port(),
                "POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tokenFor(path)
                        + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nno length\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains(form(path)).doesNotContain("Exception");
    }

    /** It is refused before its route sees it. */
    @ParameterizedTest
    @CsvSource({"/graphql, UNAUTHENTICATED", "/v2/sync/ack, unauthorized", "/api/tokens, UNAUTHENTICATED"})
    void tellsWhoSendsALongBodyWithoutAGoodTokenWhatIsWrong(String path, String code) throws Exception {
        HttpResponse<String> answer = post(path, "u".repeat(64), BodyPublishers.ofString("x".repeat(100_000)));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains(form(path), "\"code\":\"" + code + "\"");
    }

    @Test
    void showsInTheMetricsWhomItCutOff() throws Exception {
        try {
            Wire.exchange(settings.port(), "GET /observe/health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
        } catch (IOException broken) {
            // As the end of a connection may look to who still sends.
        }

        assertThat(get("/observe/metrics", ADMIN).body())
                .contains("syncline_http_connections_ended_total{reason=\"too_many_ahead\"} 1.0")
                .containsPattern("syncline_http_connections [1-9]");
    }

    @Test
    void answersHeadAsGetWithoutTheBody() throws Exception {
        HttpResponse<String> head = client.send(
                request("/api/changes")
                        .header("Authorization", "Bearer " + token)
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("ETag")).isPresent();
        assertThat(head.body()).isEmpty();
    }

    private static String sync(String field, String cursor) {
        return "{ " + field + "(cursor: \\\"" + cursor + "\\\") { cursor } }";
    }

    private String graphql(String as, String query) throws Exception {
        return post("/graphql", as, BodyPublishers.ofString("{\"query\":\"" + query + "\"}"))
                .body();
    }

    private static String form(String path) {
        return switch (path) {
            case "/graphql" -> GRAPHQL;
            case "/v2/sync/ack" -> SELL;
            default -> API;
        };
    }

    private String tokenFor(String path) {
        return path.equals("/api/tokens") ? ADMIN : token;
    }

    private String tokenOf(String principal) throws Exception {
        return tokenOf(principal, "sync");
    }

    private String tokenOf(String principal, String scope) throws Exception {
        post(
                "/api/grants",
                ADMIN,
                BodyPublishers.ofString("{\"principal\":\"" + principal + "\",\"integrationId\":\"*\"}"));
        return post(
                        "/api/tokens",
                        ADMIN,
                        BodyPublishers.ofString("{\"principal\":\"" + principal + "\",\"scopes\":[\"" + scope + "\"]}"))
                .body()
                .replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    private HttpResponse<String> get(String path, String as) throws Exception {
        return client.send(request(path).header("Authorization", "Bearer " + as).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String as, BodyPublisher body) throws Exception {
        return client.send(
                request(path)
                        .header("Authorization", "Bearer " + as)
                        .header("Content-Type", "application/json")
                        .header("X-Basecrm-Device-UUID", "6f1c2b1e-7b3c-4c8e-9a55-5d8b4f1d2a01")
                        .POST(body)
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.port() + path));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** So many spaces, held nowhere. */
    private static final class Spaces extends InputStream {

        private int left;

        Spaces(int count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? ' ' : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, left);
            Arrays.fill(target, offset, offset + count, (byte) ' ');
            left -= count;
            return count == 0 ? -1 : count;
        }
    }
}
