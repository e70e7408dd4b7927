package io.syncline.sell;

import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.AccessLimits;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Observed;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how: each error has the envelope, for clients read an empty error as nothing to sync. */
class RefusalsTest extends OnASellHub {

    RefusalsTest() {
        super(new SellSettings(2, 3));
    }

    @BeforeEach
    void appendThreeLeads() {
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @Test
    void hidesASessionFromAnotherPrincipalEvenWhenItIsForgotten() throws Exception {
        SellClient stranger = hub.client("stranger").withDevice(client.device());
        String session = client.session();

        assertError(stranger.get(session), 404, "not_found");
        hub.restart();
        assertError(stranger.get(session), 404, "not_found");
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    @Test
    void hidesASessionFromAnotherDevice() throws Exception {
        String session = client.session();

        assertError(client.withDevice(UUID.randomUUID().toString()).get(session), 404, "not_found");
        assertThat(client.get(session).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "1", "..", "%00", "' OR 1=1"})
    void refusesASessionIdThatIsNone(String id) throws Exception {
        assertThat(client.get(id.replace(" ", "%20")).status()).isEqualTo(404);
    }

    @Test
    void refusesAnUnknownQueue() throws Exception {
        assertError(client.get(client.session(), "other"), 404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /v2/sync/start, 405",
        "DELETE /v2/sync/ack, 405",
        "GET /v2, 404",
        "GET /v2/, 404",
        "GET /v2/leads, 404",
        "GET /v2/sync/x/queues/, 404"
    })
    void refusesPathsAndMethodsThatAreNotThere(String request, int status) throws Exception {
        assertError(send(request), status, "incorrect_path");
    }

    @Test
    void refusesAMissingAndAnUnknownToken() throws Exception {
        assertError(
                send("POST /v2/sync/start", line -> line.startsWith("Authorization") ? "X: y" : line),
                401,
                "unauthorized");
        assertError(
                send("POST /v2/sync/start", line -> line.replace(client.token(), "x".repeat(64))), 401, "unauthorized");
    }

    @Test
    void refusesATokenThatMayNotReadFeeds() throws Exception {
        String token = hub.access().issue("sales", Set.of(TokenScope.ADMIN)).secret();

        assertError(new SellClient(hub, token).start(), 403, "insufficient_scope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json;q=0", "application/xml,text/*"})
    void refusesAnAcceptThatExcludesJson(String accept) throws Exception {
        UnaryOperator<String> accepting = line -> line.startsWith("Accept") ? "Accept: " + accept : line;

        assertError(send("POST /v2/sync/start", accepting), 406, "invalid_header");
        assertError(send("GET /v2/sync/" + UUID.randomUUID() + "/queues/main", accepting), 406, "invalid_header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Other: 1",
                "X-Basecrm-Device-UUID: ",
                "X-Basecrm-Device-UUID: 12345",
                "X-Basecrm-Device-UUID: 0000000000004000800000000000000g"
            })
    void refusesAMissingOrMalformedDevice(String header) throws Exception {
        UnaryOperator<String> sending = line -> line.startsWith("X-Basecrm") ? header : line;

        assertError(send("POST /v2/sync/start", sending), 400, "invalid_header");
        assertError(send("GET /v2/sync/" + UUID.randomUUID() + "/queues/main", sending), 400, "invalid_header");
        assertError(send("POST /v2/sync/ack", sending), 400, "invalid_header");
    }

    @Test
    void refusesAnAcknowledgementThatIsNotJson() throws Exception {
        assertError(client.ackRaw("{\"data\":"), 400, "invalid_payload");
        assertError(client.ackRaw(""), 400, "invalid_payload");
        assertError(client.ackRaw("{\"data\":{\"ack_keys\":[]}} {}"), 400, "invalid_payload");
        assertError(client.ackRaw("[".repeat(100_000)), 400, "invalid_payload");
        assertError(
                send("POST /v2/sync/ack", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 0"),
                400,
                "invalid_payload");
    }

    @Test
    void refusesAnAcknowledgementThatIsNotUtf8() throws Exception {
        for (Charset other : List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.ISO_8859_1,
                Charset.forName("UTF-32"))) {
            byte[] payload = "{\"data\":{\"ack_keys\":[\"\u00ff\"]}}".getBytes(other);

            assertError(
                    Wire.send(
                            hub.port(),
                            client.head(
                                    "POST /v2/sync/ack",
                                    "Content-Type: application/json",
                                    "Content-Length: " + payload.length),
                            payload),
                    400,
                    "invalid_payload");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"data\":null}",
                "{\"data\":{\"ack_keys\":\"Lead-1-1\"}}",
                "{\"ack_keys\":[]}"
            })
    void refusesAnAcknowledgementOfAnotherForm(String payload) throws Exception {
        Wire.Answer answer = client.ackRaw(payload);

        JsonNode error = assertError(answer, 422, "incorrect_payload");
        assertThat(error.at("/resource").textValue()).isEqualTo("ack");
        assertThat(error.at("/field").textValue()).isEqualTo("/data/ack_keys");
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        Wire.Answer answer = Wire.send(
                hub.port(),
                client.head(
                        "POST /v2/sync/ack",
                        "Content-Type: application/json",
                        "Content-Length: " + (SellEndpoint.LONGEST_BODY + 1)),
                new byte[SellEndpoint.LONGEST_BODY + 1]);

        assertError(answer, 413, "invalid_payload");
    }

    @Test
    void limitsTheRequestsOfATokenWhereThatIsSet() throws Exception {
        hub.restart(new AccessLimits(2, 0));
        client.start();
        client.start();

        Wire.Answer answer = client.start();

        assertError(answer, 429, "rate_limit_exceeded");
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(hub.client("sales").start().status()).isEqualTo(201);
        hub.clock.pass(java.time.Duration.ofSeconds(1));
        assertThat(client.start().status()).isEqualTo(201);
    }

    @Test
    void saysInTheEnvelopeThatTheDatabaseIsAway() throws Exception {
        hub.losingTheDatabase(() -> {
            for (Wire.Answer answer : List.of(client.start(), client.ack(List.of("Lead-1-1")))) {
                assertError(answer, 503, "temporarily_unavailable");
                assertThat(answer.header("Retry-After")).contains("5");
            }
        });
    }

    @Test
    void saysInTheEnvelopeThatItFailed() throws Exception {
        hub.declare(null);

        assertError(client.start(), 500, "server_error");
    }

    /** Before a route sees it. */
    @Test
    void refusesWhatCannotBeReadAsARequest() throws Exception {
        assertError(send("GET /v2/sync/%zz/queues/main"), 400, "invalid_param");
        assertError(send("POST /v2/sync/start", "X-Long: " + "x".repeat(20_000)), 431, "invalid_param");
    }

    private static JsonNode assertError(Wire.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(answer.header("Content-Language")).contains("en");
        String requestId = answer.header("X-Request-Id").orElseThrow();
        assertThat(requestId).matches(Wire.UUID_FORM);
        JsonNode document = SellHub.json(answer.body());
        assertThat(document.at("/meta/type").textValue()).isEqualTo("errors");
        assertThat(document.at("/meta/http_status").textValue()).matches(status + " [A-Z][A-Za-z ]+");
        assertThat(document.at("/meta/logref").textValue()).isEqualTo(requestId);
        assertThat(document.at("/meta/links/more_info").textValue()).startsWith("http");
        assertThat(document.get("errors")).hasSize(1);
        JsonNode one = document.at("/errors/0");
        assertThat(one.at("/meta/type").textValue()).isEqualTo("error");
        assertThat(one.at("/meta/links/more_info").textValue()).startsWith("http");
        JsonNode error = one.get("error");
        assertThat(error.get("code").textValue()).isEqualTo(code);
        assertThat(error.get("message").textValue()).isNotBlank();
        assertThat(error.get("details").textValue()).isNotBlank();
        assertThat(error.has("resource")).isEqualTo(status == 422);
        assertThat(error.has("field")).isEqualTo(status == 422);
        return error;
    }
}
