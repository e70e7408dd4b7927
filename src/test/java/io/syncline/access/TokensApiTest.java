package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.View;
import io.syncline.http.TestHttpServer;
import io.syncline.http.Wire;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management of tokens and grants, over HTTP on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensApiTest {

    private static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final JsonMapper MAPPER = new JsonMapper();

    private Database database;
    private Changelog changelog;
    private Access access;
    private TestHttpServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        database = TestDatabase.sqlite(folder).open();
        changelog = Changelog.open(database, Clock.systemUTC());
        access = Access.open(changelog, database, Clock.systemUTC(), List.of(BuiltInToken.admin(ADMIN)));
        server = TestHttpServer.serving(
                "routes/api/tokens.camel.yaml",
                Map.of("tokens", new TokensEndpoint(access), "grants", new GrantsEndpoint(access, name -> Optional.of(
                                name)
                        .filter("Project"::equals))));
    }

    @AfterAll
    void stop() {
        server.close();
        access.close();
        changelog.close();
        database.close();
    }

    @Test
    void makesATokenThatWorksAtOnceAndIsShownOnlyOnce() throws Exception {
        HttpResponse<String> made =
                post("/api/tokens", "{\"principal\":\"reporting\",\"scopes\":[\"sync\",\"jobs:read\"]}");
        JsonNode token = json(made);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(names(token)).containsExactly("id", "token", "principal", "scopes");
        assertThat(token.path("token").asText()).matches("[A-Za-z0-9]{64}");
        assertThat(token.path("principal").asText()).isEqualTo("reporting");
        assertThat(token.path("scopes").toString()).isEqualTo("[\"sync\",\"jobs:read\"]");
        assertThat(access.caller(token.path("token").asText())).get().satisfies(caller -> {
            assertThat(caller.principal()).isEqualTo("reporting");
            assertThat(caller.scopes()).containsExactlyInAnyOrder(TokenScope.SYNC, TokenScope.JOBS_READ);
        });
        HttpResponse<String> list = get("/api/tokens");
        assertThat(list.body())
                .contains(token.path("id").asText())
                .doesNotContain(token.path("token").asText())
                .doesNotContain(ADMIN);
    }

    @Test
    void listsTheTokensFromTheSettingsFirst() throws Exception {
        post("/api/tokens", "{\"principal\":\"reporting\",\"scopes\":[\"sync\"]}");

        JsonNode tokens = json(get("/api/tokens")).path("tokens");

        assertThat(tokens.get(0).toString())
                .isEqualTo("{\"id\":\"admin\",\"principal\":\"admin\","
                        + "\"scopes\":[\"sync\",\"jobs:read\",\"jobs:write\",\"admin\"],\"createdAt\":null}");
        assertThat(tokens.get(1).path("createdAt").asText()).matches("\\d{4}-.*Z");
    }

    @Test
    void refusesARevokedTokenAtOnce() throws Exception {
        JsonNode token = json(post("/api/tokens", "{\"principal\":\"boss\",\"scopes\":[\"admin\"]}"));
        String secret = token.path("token").asText();
        assertThat(send("GET", "/api/tokens", secret, null).statusCode()).isEqualTo(200);

        HttpResponse<String> revoked = delete("/api/tokens/" + token.path("id").asText());

        assertThat(revoked.statusCode()).isEqualTo(204);
        assertThat(revoked.body()).isEmpty();
        assertThat(send("GET", "/api/tokens", secret, null).statusCode()).isEqualTo(401);
        assertError(delete("/api/tokens/" + token.path("id").asText()), 404, "NOT_FOUND");
    }

    @Test
    void doesNotRevokeWhatTheSettingsGive() throws Exception {
        assertError(delete("/api/tokens/admin"), 409, "CONFLICT");
        assertThat(get("/api/tokens").statusCode()).isEqualTo(200);
    }

    @Test
    void grantsAnIntegrationAndTakesItBack() throws Exception {
        String secret = access.issue("reporting", Set.of(TokenScope.SYNC)).secret();
        assertThat(access.caller(secret).orElseThrow().view().sees("acme")).isFalse();

        HttpResponse<String> granted = post("/api/grants", "{\"principal\":\"reporting\",\"integrationId\":\"acme\"}");
        JsonNode grant = json(granted);

        assertThat(granted.statusCode()).isEqualTo(201);
        assertThat(names(grant)).containsExactly("id", "principal", "integrationId", "createdAt", "sequenceVersion");
        assertThat(access.caller(secret).orElseThrow().view().sees("acme")).isTrue();
        assertThat(access.caller(secret).orElseThrow().view().sees("other")).isFalse();
        assertThat(json(get("/api/grants?principal=reporting")).path("grants")).hasSize(1);
        assertThat(json(get("/api/grants?principal=other")).path("grants")).isEmpty();

        assertThat(delete("/api/grants/" + grant.path("id").asText()).statusCode())
                .isEqualTo(204);
        assertThat(access.caller(secret).orElseThrow().view().sees("acme")).isFalse();
        assertError(delete("/api/grants/" + grant.path("id").asText()), 404, "NOT_FOUND");
    }

    @Test
    void refusesTheSameGrantTwiceSoThatTakingItBackTakesEffect() throws Exception {
        String grant = "{\"principal\":\"twice\",\"integrationId\":\"*\",\"scope\":null}";
        assertThat(post("/api/grants", grant).statusCode()).isEqualTo(201);

        assertError(post("/api/grants", grant), 409, "CONFLICT");
    }

    @Test
    void grantsAScopeOrSomeEntityTypesAndTakesThemBackOneByOne() throws Exception {
        String secret = access.issue("narrow", Set.of(TokenScope.SYNC)).secret();
        String narrow = "{\"principal\":\"narrow\",\"integrationId\":\"acme\",";
        JsonNode scope = json(post("/api/grants", narrow + "\"scope\":\"p1\"}"));
        JsonNode type = json(post("/api/grants", narrow + "\"entityTypes\":[\"Project\"]}"));

        assertThat(scope.path("scope").asText()).isEqualTo("p1");
        assertThat(type.path("entityTypes").toString()).isEqualTo("[\"Project\"]");
        assertThat(type.path("sequenceVersion").asLong())
                .isGreaterThan(scope.path("sequenceVersion").asLong());
        assertError(post("/api/grants", narrow + "\"scope\":\"p1\"}"), 409, "CONFLICT");
        View view = access.caller(secret).orElseThrow().view();
        assertThat(view.sees("acme")).isFalse();
        assertThat(view.parts()).hasSize(2);

        delete("/api/grants/" + scope.path("id").asText());
        assertThat(access.caller(secret).orElseThrow().view().parts())
                .extracting(View.Part::entityTypes)
                .containsExactly(Set.of("project"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"principal\":\"n\",\"integrationId\":\"*\",\"scope\":\"p1\"}              | scope",
                "{\"principal\":\"n\",\"integrationId\":\"acme\",\"scope\":\"\"}             | scope",
                "{\"principal\":\"n\",\"integrationId\":\"acme\",\"entityTypes\":[]}         | entityTypes",
                "{\"principal\":\"n\",\"integrationId\":\"acme\",\"entityTypes\":[\"Nope\"]} | entityTypes",
            })
    void refusesANarrowerGrantThatMeansNothingInsteadOfWideningIt(String body, String field) throws Exception {
        assertError(post("/api/grants", body), 400, "BAD_REQUEST", field);
        assertThat(access.grants(Optional.of("n"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"principal\":\"p\"}                                                | scopes",
                "{\"scopes\":[\"sync\"]}                                              | principal",
                "{\"principal\":null,\"scopes\":[\"sync\"]}                           | principal",
                "{\"principal\":7,\"scopes\":[\"sync\"]}                              | principal",
                "{\"principal\":{\"a\":1},\"scopes\":[\"sync\"]}                      | principal",
                "{\"principal\":\"\",\"scopes\":[\"sync\"]}                           | principal",
                "{\"principal\":\" \\u00a0\\u2003\",\"scopes\":[\"sync\"]}            | principal",
                "{\"principal\":\" p\",\"scopes\":[\"sync\"]}                         | principal",
                "{\"principal\":\"a\\nb\",\"scopes\":[\"sync\"]}                      | principal",
                "{\"principal\":\"a\\u0000b\",\"scopes\":[\"sync\"]}                  | principal",
                "{\"principal\":\"a\\ud800b\",\"scopes\":[\"sync\"]}                  | principal",
                "{\"principal\":\"p\",\"scopes\":\"sync\"}                            | scopes",
                "{\"principal\":\"p\",\"scopes\":[]}                                  | scopes",
                "{\"principal\":\"p\",\"scopes\":[7]}                                 | scopes",
                "{\"principal\":\"p\",\"scopes\":[null]}                              | scopes",
                "{\"principal\":\"p\",\"scopes\":[\"root\"]}                          | scopes",
                "{\"principal\":\"p\",\"scopes\":[\"SYNC\"]}                          | scopes",
                "{\"principal\":\"p\",\"scopes\":[\"sync\"],\"expires\":1}            | expires",
            })
    void namesTheFieldOfATokenThatIsWrong(String body, String field) throws Exception {
        assertError(post("/api/tokens", body), 400, "BAD_REQUEST", field);
    }

    @Test
    void boundsThePrincipal() throws Exception {
        String longest = "ü".repeat(200);
        assertThat(post("/api/tokens", "{\"principal\":\"" + longest + "\",\"scopes\":[\"sync\"]}")
                        .statusCode())
                .isEqualTo(201);

        assertError(
                post("/api/tokens", "{\"principal\":\"" + longest + "x\",\"scopes\":[\"sync\"]}"),
                400,
                "BAD_REQUEST",
                "principal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ACME", "a b", "-a", "a*", "../x", "a\\u0000"})
    void refusesWhatCannotBeAnIntegrationsId(String id) throws Exception {
        assertError(
                post("/api/grants", "{\"principal\":\"p\",\"integrationId\":\"" + id + "\"}"),
                400,
                "BAD_REQUEST",
                "integrationId");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"principal\":",
                "[]",
                "7",
                "null",
                "\"text\"",
                "{} {}",
                "{}x",
                "<xml/>",
                "{'a':1}",
                "{\"principal\":\"a\",\"principal\":\"b\",\"scopes\":[\"sync\"]}",
                "{\"a\":NaN}"
            })
    void refusesABodyThatIsNoJsonObject(String body) throws Exception {
        assertError(post("/api/tokens", body), 400, "BAD_REQUEST");
    }

    @Test
    void refusesABodyThatIsDeeplyNested() throws Exception {
        assertError(post("/api/tokens", "[".repeat(30_000)), 400, "BAD_REQUEST");
    }

    @Test
    void refusesABodyThatIsNotUtf8() throws Exception {
        byte[] latin = "{\"principal\":\"caf\u00e9\",\"scopes\":[\"sync\"]}".getBytes(StandardCharsets.ISO_8859_1);

        assertError(
                server.send(request("/api/tokens", ADMIN)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(latin))),
                400,
                "BAD_REQUEST");
    }

    @Test
    void refusesALongBody() throws Exception {
        String padding = " ".repeat(64 * 1024);

        assertError(
                post("/api/tokens", "{\"principal\":\"p\",\"scopes\":[\"sync\"]}" + padding), 413, "PAYLOAD_TOO_LARGE");
        assertError(post("/api/tokens", "x".repeat(2 << 20)), 413, "PAYLOAD_TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/json; charset=utf-16",
                "application/jsonp",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x"
            })
    void takesOnlyJson(String contentType) throws Exception {
        assertError(
                server.send(request("/api/tokens", ADMIN)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString("{\"principal\":\"p\",\"scopes\":[\"sync\"]}"))),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void answersOnlyJson() throws Exception {
        assertError(server.send(request("/api/tokens", ADMIN).header("Accept", "text/html")), 406, "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/api/tokens,'GET, POST'",
        "PATCH,/api/grants,'GET, POST'",
        "GET,/api/tokens/admin,DELETE",
        "DELETE,/api/tokens/,'GET, POST'"
    })
    void namesTheMethodsThatAreAllowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> refused = send(method, path, ADMIN, null);

        assertError(refused, 405, "METHOD_NOT_ALLOWED");
        assertThat(refused.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/", "/api/unknown", "/api/tokens/a/b", "/api/TOKENS", "/api/tokens%2Fadmin"})
    void answersAnUnknownPathAsJson(String path) throws Exception {
        assertError(get(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/tokens?x=1,x",
        "/api/grants?Principal=a,Principal",
        "/api/grants?principal=a&principal=b,principal"
    })
    void namesTheParameterThatIsWrong(String path, String parameter) throws Exception {
        assertError(get(path), 400, "BAD_REQUEST", parameter);
    }

    @Test
    void refusesAPathThatCannotBeRead() throws Exception {
        String response = Wire.exchange(
                server.port(),
                "DELETE /api/tokens/%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ADMIN
                        + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("BAD_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%zz", "%ff", "a=%e2%28"})
    void refusesAQueryThatCannotBeRead(String query) throws Exception {
        String response = Wire.exchange(
                server.port(),
                "GET /api/tokens?" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ADMIN
                        + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400").contains("BAD_REQUEST");
    }

    @Test
    void asksForABearerToken() throws Exception {
        HttpResponse<String> refused = server.send(server.request("/api/tokens"));

        assertError(refused, 401, "UNAUTHENTICATED");
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"syncline\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer short",
                "Bearer admin-token-admin-token-admin-token-admin-token-admin-token-admj",
                "Bearer Admin-token-admin-token-admin-token-admin-token-admin-token-adm1",
                "Basic YWRtaW46YWRtaW4=",
                "admin-token-admin-token-admin-token-admin-token-admin-token-admi",
                "Bearer admin-token-admin-token-admin-token-admin-token-admin-token-admi, Bearer x",
                "Bearer äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä"
            })
    void refusesEverythingElse(String authorization) throws Exception {
        String response = Wire.exchange(
                server.port(),
                "GET /api/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: " + authorization
                        + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 401").contains("UNAUTHENTICATED");
        assertThat(response).doesNotContain("dmin-tok").doesNotContain("YWRt").doesNotContain("öä");
    }

    @Test
    void refusesTwoAuthorizationHeaders() throws Exception {
        String response = Wire.exchange(
                server.port(),
                "GET /api/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ADMIN + "\r\nAuthorization: Bearer "
                        + ADMIN + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 401").doesNotContain(ADMIN);
    }

    @Test
    void namesTheScopeThatATokenLacks() throws Exception {
        String secret = access.issue("reporting", Set.of(TokenScope.SYNC, TokenScope.JOBS_WRITE))
                .secret();

        HttpResponse<String> refused = send("POST", "/api/tokens", secret, "not even JSON");

        assertError(refused, 403, "FORBIDDEN");
        assertThat(json(refused).at("/error/message").asText()).contains("'admin'");
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"syncline\", error=\"insufficient_scope\", scope=\"admin\"");
    }

    @Test
    void echoesNothingOfTheRequest() throws Exception {
        HttpResponse<String> answered = server.send(
                request("/api/tokens", ADMIN).header("X-Anything", "echo-me").header("Cookie", "echo-me=1"));

        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.headers().toString()).doesNotContain("echo-me").doesNotContain(ADMIN);
        assertThat(answered.headers().map().keySet()).allSatisfy(name -> assertThat(name.toLowerCase(Locale.ROOT))
                .isIn("cache-control", "content-length", "content-type", "date"));
        assertThat(answered.headers().firstValue("Cache-Control")).contains("no-store");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, ADMIN, null);
    }

    private HttpResponse<String> delete(String path) throws Exception {
        return send("DELETE", path, ADMIN, null);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, ADMIN, body);
    }

    private HttpResponse<String> send(String method, String path, String token, String body) throws Exception {
        HttpRequest.Builder request = request(path, token);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return server.send(
                request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path, String token) {
        return server.request(path).header("Authorization", "Bearer " + token);
    }

    private static void assertError(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode answer = json(response);
        assertThat(names(answer)).containsExactly("success", "error");
        assertThat(answer.path("success").asBoolean(true)).isFalse();
        assertThat(answer.at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.at("/error/message").asText())
                .isNotBlank()
                .doesNotContain("Exception")
                .doesNotContain("jackson");
    }

    private static void assertError(HttpResponse<String> response, int status, String code, String field) {
        assertError(response, status, code);
        assertThat(json(response).at("/error/field").asText()).isEqualTo(field);
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(response.body(), e);
        }
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }
}
