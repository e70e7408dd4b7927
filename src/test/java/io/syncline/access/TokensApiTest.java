package io.syncline.access;

import static io.syncline.access.AccessServer.ADMIN;
import static io.syncline.access.AccessServer.assertError;
import static io.syncline.access.AccessServer.json;
import static io.syncline.access.AccessServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The management of tokens, over HTTP on a real database. */
class TokensApiTest extends OnAnAccessServer {

    @Test
    void makesATokenThatWorksAtOnceAndIsShownOnlyOnce() throws Exception {
        HttpResponse<String> made =
                server.post("/api/tokens", "{\"principal\":\"reporting\",\"scopes\":[\"sync\",\"jobs:read\"]}");
        JsonNode token = json(made);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(names(token)).containsExactly("id", "token", "principal", "scopes");
        assertThat(token.path("token").asText()).matches("[A-Za-z0-9]{64}");
        assertThat(token.path("principal").asText()).isEqualTo("reporting");
        assertThat(token.path("scopes").toString()).isEqualTo("[\"sync\",\"jobs:read\"]");
        assertThat(server.access().caller(token.path("token").asText())).get().satisfies(caller -> {
            assertThat(caller.principal()).isEqualTo("reporting");
            assertThat(caller.scopes()).containsExactlyInAnyOrder(TokenScope.SYNC, TokenScope.JOBS_READ);
        });
        HttpResponse<String> list = server.get("/api/tokens");
        assertThat(list.body())
                .contains(token.path("id").asText())
                .doesNotContain(token.path("token").asText())
                .doesNotContain(ADMIN);
    }

    @Test
    void listsTheTokensFromTheSettingsFirst() throws Exception {
        server.post("/api/tokens", "{\"principal\":\"reporting\",\"scopes\":[\"sync\"]}");

        JsonNode tokens = json(server.get("/api/tokens")).path("tokens");

        assertThat(tokens.get(0).toString())
                .isEqualTo("{\"id\":\"admin\",\"principal\":\"admin\","
                        + "\"scopes\":[\"sync\",\"jobs:read\",\"jobs:write\",\"admin\"],\"createdAt\":null}");
        assertThat(tokens.get(1).path("createdAt").asText()).matches("\\d{4}-.*Z");
    }

    @Test
    void refusesARevokedTokenAtOnce() throws Exception {
        JsonNode token = json(server.post("/api/tokens", "{\"principal\":\"boss\",\"scopes\":[\"admin\"]}"));
        String secret = token.path("token").asText();
        assertThat(server.send("GET", "/api/tokens", secret, null).statusCode()).isEqualTo(200);

        HttpResponse<String> revoked =
                server.delete("/api/tokens/" + token.path("id").asText());

        assertThat(revoked.statusCode()).isEqualTo(204);
        assertThat(revoked.body()).isEmpty();
        assertThat(server.send("GET", "/api/tokens", secret, null).statusCode()).isEqualTo(401);
        assertError(server.delete("/api/tokens/" + token.path("id").asText()), 404, "NOT_FOUND");
    }

    @Test
    void doesNotRevokeWhatTheSettingsGive() throws Exception {
        assertError(server.delete("/api/tokens/admin"), 409, "CONFLICT");
        assertThat(server.get("/api/tokens").statusCode()).isEqualTo(200);
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
        assertError(server.post("/api/tokens", body), 400, "BAD_REQUEST", field);
    }

    @Test
    void boundsThePrincipal() throws Exception {
        String longest = "ü".repeat(200);
        assertThat(server.post("/api/tokens", "{\"principal\":\"" + longest + "\",\"scopes\":[\"sync\"]}")
                        .statusCode())
                .isEqualTo(201);

        assertError(
                server.post("/api/tokens", "{\"principal\":\"" + longest + "x\",\"scopes\":[\"sync\"]}"),
                400,
                "BAD_REQUEST",
                "principal");
    }
}
