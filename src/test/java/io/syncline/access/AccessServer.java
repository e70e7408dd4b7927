package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Changelog;
import io.syncline.http.TestHttpServer;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The API of tokens and grants, or that of who may see what and why, over HTTP on a real database with an administrator's token. */
final class AccessServer implements AutoCloseable {

    static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final JsonMapper MAPPER = new JsonMapper();

    private interface Served {
        Map<String, Object> beans(Access access, Changelog changelog);
    }

    private final Database database;
    private final Changelog changelog;
    private final Access access;
    private final TestHttpServer server;

    private AccessServer(Path folder, Clock clock, AccessLimits limits, String routes, Served served) throws Exception {
        database = TestDatabase.sqlite(folder).open();
        changelog = Changelog.open(database, clock);
        access = Access.open(changelog, database, clock, List.of(BuiltInToken.admin(ADMIN)), limits);
        server = TestHttpServer.serving(routes, served.beans(access, changelog));
    }

    /** Tokens and grants; the only entity type that there is to grant is {@code Project}. */
    static AccessServer ofTokens(Path folder) throws Exception {
        return ofTokens(folder, Clock.systemUTC(), AccessLimits.usual());
    }

    static AccessServer ofTokens(Path folder, Clock clock, AccessLimits limits) throws Exception {
        return new AccessServer(
                folder,
                clock,
                limits,
                "routes/api/tokens.camel.yaml",
                (access, changelog) -> Map.of(
                        "tokens", new TokensEndpoint(access), "grants", new GrantsEndpoint(access, name -> Optional.of(
                                        name)
                                .filter("Project"::equals))));
    }

    /** What an administrator is told of who may see what, and who said so. */
    static AccessServer ofExplanations(Path folder) throws Exception {
        return new AccessServer(
                folder,
                Clock.systemUTC(),
                AccessLimits.usual(),
                "routes/api/access.camel.yaml",
                (access, changelog) ->
                        Map.of("audit", new AuditEndpoint(access), "explain", new ExplainEndpoint(access, changelog)));
    }

    Access access() {
        return access;
    }

    Changelog changelog() {
        return changelog;
    }

    int port() {
        return server.port();
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, ADMIN, null);
    }

    HttpResponse<String> delete(String path) throws Exception {
        return send("DELETE", path, ADMIN, null);
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, ADMIN, body);
    }

    HttpResponse<String> send(String method, String path, String token, String body) throws Exception {
        HttpRequest.Builder request = request(path, token);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return send(request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return server.send(request);
    }

    HttpRequest.Builder request(String path, String token) {
        return request(path).header("Authorization", "Bearer " + token);
    }

    HttpRequest.Builder request(String path) {
        return server.request(path);
    }

    static void assertError(HttpResponse<String> response, int status, String code) {
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

    static void assertError(HttpResponse<String> response, int status, String code, String field) {
        assertError(response, status, code);
        assertThat(json(response).at("/error/field").asText()).isEqualTo(field);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(response.body(), e);
        }
    }

    static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }

    @Override
    public void close() {
        server.close();
        access.close();
        changelog.close();
        database.close();
    }
}
