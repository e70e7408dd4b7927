package io.syncline.access;

import static io.syncline.access.AccessServer.assertError;
import static io.syncline.access.AccessServer.json;
import static io.syncline.access.AccessServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.View;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management of grants, over HTTP on a real database. */
class GrantsApiTest extends OnAnAccessServer {

    @Test
    void grantsAnIntegrationAndTakesItBack() throws Exception {
        String secret =
                server.access().issue("reporting", Set.of(TokenScope.SYNC)).secret();
        assertThat(server.access().caller(secret).orElseThrow().view().sees("acme"))
                .isFalse();

        HttpResponse<String> granted =
                server.post("/api/grants", "{\"principal\":\"reporting\",\"integrationId\":\"acme\"}");
        JsonNode grant = json(granted);

        assertThat(granted.statusCode()).isEqualTo(201);
        assertThat(names(grant)).containsExactly("id", "principal", "integrationId", "createdAt", "sequenceVersion");
        assertThat(server.access().caller(secret).orElseThrow().view().sees("acme"))
                .isTrue();
        assertThat(server.access().caller(secret).orElseThrow().view().sees("other"))
                .isFalse();
        assertThat(json(server.get("/api/grants?principal=reporting")).path("grants"))
                .hasSize(1);
        assertThat(json(server.get("/api/grants?principal=other")).path("grants"))
                .isEmpty();

        assertThat(server.delete("/api/grants/" + grant.path("id").asText()).statusCode())
                .isEqualTo(204);
        assertThat(server.access().caller(secret).orElseThrow().view().sees("acme"))
                .isFalse();
        assertError(server.delete("/api/grants/" + grant.path("id").asText()), 404, "NOT_FOUND");
    }

    @Test
    void refusesTheSameGrantTwiceSoThatTakingItBackTakesEffect() throws Exception {
        String grant = "{\"principal\":\"twice\",\"integrationId\":\"*\",\"scope\":null}";
        assertThat(server.post("/api/grants", grant).statusCode()).isEqualTo(201);

        assertError(server.post("/api/grants", grant), 409, "CONFLICT");
    }

    @Test
    void grantsAScopeOrSomeEntityTypesAndTakesThemBackOneByOne() throws Exception {
        String secret = server.access().issue("narrow", Set.of(TokenScope.SYNC)).secret();
        String narrow = "{\"principal\":\"narrow\",\"integrationId\":\"acme\",";
        JsonNode scope = json(server.post("/api/grants", narrow + "\"scope\":\"p1\"}"));
        JsonNode type = json(server.post("/api/grants", narrow + "\"entityTypes\":[\"Project\"]}"));

        assertThat(scope.path("scope").asText()).isEqualTo("p1");
        assertThat(type.path("entityTypes").toString()).isEqualTo("[\"Project\"]");
        assertThat(type.path("sequenceVersion").asLong())
                .isGreaterThan(scope.path("sequenceVersion").asLong());
        assertError(server.post("/api/grants", narrow + "\"scope\":\"p1\"}"), 409, "CONFLICT");
        View view = server.access().caller(secret).orElseThrow().view();
        assertThat(view.sees("acme")).isFalse();
        assertThat(view.parts()).hasSize(2);

        server.delete("/api/grants/" + scope.path("id").asText());
        assertThat(server.access().caller(secret).orElseThrow().view().parts())
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
        assertError(server.post("/api/grants", body), 400, "BAD_REQUEST", field);
        assertThat(server.access().grants(Optional.of("n"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ACME", "a b", "-a", "a*", "../x", "a\\u0000"})
    void refusesWhatCannotBeAnIntegrationsId(String id) throws Exception {
        assertError(
                server.post("/api/grants", "{\"principal\":\"p\",\"integrationId\":\"" + id + "\"}"),
                400,
                "BAD_REQUEST",
                "integrationId");
    }
}
