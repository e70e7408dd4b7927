package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the imitated LetsBuild refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LetsBuildStrictnessTest {
    private static final String GOOD = "{\"query\":\"{ projectSync { cursor } }\"}";

    private Sandbox sandbox;
    private SandboxClient client;

    @BeforeAll
    void start() {
        sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0));
        client = new SandboxClient(sandbox);
    }

    @AfterAll
    void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer wrong", "Basic c2FuZGJveDpzYW5kYm94", "Bearer"})
    void answers401WithoutTheToken(String authorization) throws Exception {
        HttpRequest.Builder request = client.graphqlRequest(GOOD);
        HttpResponse<byte[]> response =
                client.send(request.setHeader("Authorization", authorization).build());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(code(response)).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void takesTheSchemeInAnyLetterCase() throws Exception {
        HttpResponse<byte[]> response = client.send(client.graphqlRequest(GOOD)
                .setHeader("Authorization", "bEARER " + SandboxClient.TOKEN)
                .build());

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void answers405ToOtherMethodsThanPost(String method) throws Exception {
        HttpResponse<byte[]> response = client.send(client.graphqlRequest(GOOD)
                .method(method, BodyPublishers.ofString(GOOD))
                .build());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }

    @ParameterizedTest
    @CsvSource({"Content-Type,text/plain,415", "Content-Type,application/graphql,415", "Accept,text/html,406"})
    void refusesOtherMediaTypes(String header, String value, int status) throws Exception {
        HttpResponse<byte[]> response =
                client.send(client.graphqlRequest(GOOD).setHeader(header, value).build());

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"query\":7}",
                "{\"query\":\" \"}",
                "{\"query\":\"{ projectSync { cursor } }\",\"variables\":[]}",
                "{\"query\":\"{ projectSync { cursor } }\",\"operationName\":5}",
                "{\"query\":\"{ projectSync { cursor } }\"} trailing"
            })
    void answers400ToAMalformedRequest(String body) throws Exception {
        HttpResponse<byte[]> response = client.send(client.graphqlRequest(body).build());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("BAD_REQUEST");
    }

    @Test
    void answers400ToABodyThatIsNotUtf8() throws Exception {
        byte[] body = "{\"query\":\"{ a }\",\"x\":\"?\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        body[body.length - 3] = (byte) 0xff;
        HttpResponse<byte[]> response = client.send(
                client.graphqlRequest("").POST(BodyPublishers.ofByteArray(body)).build());

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void answers413ToABodyOfTwoMegabytes() throws Exception {
        HttpResponse<byte[]> response = client.send(client.graphqlRequest("{\"query\":\"" + " ".repeat(2 << 20) + "\"}")
                .build());

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ projectSync { cursor nothing } }|GRAPHQL_VALIDATION_FAILED",
                "{ projects { id } }|GRAPHQL_VALIDATION_FAILED",
                "{ projectSync(limit: 5) { cursor } }|GRAPHQL_VALIDATION_FAILED",
                "{ projectSync(cursor: 5) { cursor } }|GRAPHQL_VALIDATION_FAILED",
                "mutation { remove }|GRAPHQL_VALIDATION_FAILED",
                "{ projectSync {|GRAPHQL_PARSE_FAILED",
                "{ projectSync(cursor: \"\") { cursor } }|INVALID_CURSOR",
                "{ projectSync(cursor: \"MTIz\") { cursor } }|INVALID_CURSOR",
                "{ projectSync(cursor: \"~~~\") { cursor } }|INVALID_CURSOR"
            })
    void answersErrorsInGraphqlsOwnForm(String query, String code) throws Exception {
        HttpResponse<byte[]> response = client.graphql(query, Map.of());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(code(response)).isEqualTo(code);
        assertThat(json(response).path("data").path("projectSync").isMissingNode())
                .isTrue();
    }

    @Test
    void refusesTheCursorOfAnotherSync() throws Exception {
        String cursor = json(client.graphql("{ formSync { cursor } }", Map.of()))
                .at("/data/formSync/cursor")
                .textValue();

        HttpResponse<byte[]> response =
                client.graphql("query($c: String) { pointSync(cursor: $c) { cursor } }", Map.of("c", cursor));

        assertThat(code(response)).isEqualTo("INVALID_CURSOR");
    }

    @Test
    void tellsACursorOfAnEarlierSandboxThatItHasExpired() throws Exception {
        String query = "query($c: String) { projectSync(cursor: $c) { cursor } }";
        try (Sandbox other = Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0))) {
            String cursor = json(new SandboxClient(other).graphql("{ projectSync { cursor } }", Map.of()))
                    .at("/data/projectSync/cursor")
                    .textValue();

            assertThat(code(client.graphql(query, Map.of("c", cursor)))).isEqualTo("CURSOR_EXPIRED");
        }
    }

    @Test
    void introspectsAsPublished() throws Exception {
        JsonNode answer = json(client.graphql(
                "{ __type(name: \"Point\") { fields { name type { kind name ofType { name } } } } }", Map.of()));

        assertThat(answer.at("/data/__type/fields").findValuesAsText("name")).contains("codeNum", "sequenceVersion");
    }

    @Test
    void answers404OutsideItsPath() throws Exception {
        assertThat(client.send(client.request("/letsbuild/other").build()).statusCode())
                .isEqualTo(404);
        assertThat(client.send(client.request("/elsewhere").build()).statusCode())
                .isEqualTo(404);
    }

    private static String code(HttpResponse<byte[]> response) throws Exception {
        return json(response).at("/errors/0/extensions/code").asText();
    }
}
