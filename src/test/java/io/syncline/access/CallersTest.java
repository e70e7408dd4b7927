package io.syncline.access;

import static io.syncline.access.AccessServer.ADMIN;
import static io.syncline.access.AccessServer.assertError;
import static io.syncline.access.AccessServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.http.Wire;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the management of tokens and grants lets in, and what it tells whom it does not. */
class CallersTest extends OnAnAccessServer {

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
        String secret = server.access()
                .issue("reporting", Set.of(TokenScope.SYNC, TokenScope.JOBS_WRITE))
                .secret();

        HttpResponse<String> refused = server.send("POST", "/api/tokens", secret, "not even JSON");

        assertError(refused, 403, "FORBIDDEN");
        assertThat(json(refused).at("/error/message").asText()).contains("'admin'");
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"syncline\", error=\"insufficient_scope\", scope=\"admin\"");
    }

    @Test
    void echoesNothingOfTheRequest() throws Exception {
        HttpResponse<String> answered = server.send(server.request("/api/tokens", ADMIN)
                .header("X-Anything", "echo-me")
                .header("Cookie", "echo-me=1"));

        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.headers().toString()).doesNotContain("echo-me").doesNotContain(ADMIN);
        assertThat(answered.headers().map().keySet()).allSatisfy(name -> assertThat(name.toLowerCase(Locale.ROOT))
                .isIn("cache-control", "content-length", "content-type", "date"));
        assertThat(answered.headers().firstValue("Cache-Control")).contains("no-store");
    }
}
