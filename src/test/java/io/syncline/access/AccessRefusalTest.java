package io.syncline.access;

import static io.syncline.access.AccessServer.ADMIN;
import static io.syncline.access.AccessServer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.http.Wire;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to the management of tokens and grants that cannot be read. */
class AccessRefusalTest extends OnAnAccessServer {

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
        assertError(server.post("/api/tokens", body), 400, "BAD_REQUEST");
    }

    @Test
    void refusesABodyThatIsDeeplyNested() throws Exception {
        assertError(server.post("/api/tokens", "[".repeat(30_000)), 400, "BAD_REQUEST");
    }

    @Test
    void refusesABodyThatIsNotUtf8() throws Exception {
        byte[] latin = "{\"principal\":\"caf\u00e9\",\"scopes\":[\"sync\"]}".getBytes(StandardCharsets.ISO_8859_1);

        assertError(
                server.send(server.request("/api/tokens", ADMIN)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(latin))),
                400,
                "BAD_REQUEST");
    }

    @Test
    void refusesALongBody() throws Exception {
        String padding = " ".repeat(64 * 1024);

        assertError(
                server.post("/api/tokens", "{\"principal\":\"p\",\"scopes\":[\"sync\"]}" + padding),
                413,
                "PAYLOAD_TOO_LARGE");
        assertError(server.post("/api/tokens", "x".repeat(2 << 20)), 413, "PAYLOAD_TOO_LARGE");
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
                server.send(server.request("/api/tokens", ADMIN)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString("{\"principal\":\"p\",\"scopes\":[\"sync\"]}"))),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void answersOnlyJson() throws Exception {
        assertError(
                server.send(server.request("/api/tokens", ADMIN).header("Accept", "text/html")), 406, "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/api/tokens,'GET, POST'",
        "PATCH,/api/grants,'GET, POST'",
        "GET,/api/tokens/admin,DELETE",
        "DELETE,/api/tokens/,'GET, POST'"
    })
    void namesTheMethodsThatAreAllowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> refused = server.send(method, path, ADMIN, null);

        assertError(refused, 405, "METHOD_NOT_ALLOWED");
        assertThat(refused.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/", "/api/unknown", "/api/tokens/a/b", "/api/TOKENS", "/api/tokens%2Fadmin"})
    void answersAnUnknownPathAsJson(String path) throws Exception {
        assertError(server.get(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/tokens?x=1,x",
        "/api/grants?Principal=a,Principal",
        "/api/grants?principal=a&principal=b,principal"
    })
    void namesTheParameterThatIsWrong(String path, String parameter) throws Exception {
        assertError(server.get(path), 400, "BAD_REQUEST", parameter);
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
}
