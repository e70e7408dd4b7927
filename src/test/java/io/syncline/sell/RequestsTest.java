package io.syncline.sell;

import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the published clients send, each in its own way, is taken. */
class RequestsTest extends OnASellHub {

    RequestsTest() {
        super(new SellSettings(2, 3));
    }

    @BeforeEach
    void appendThreeLeads() {
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @Test
    void startsWithoutABodyOrALength() throws Exception {
        assertSession(send("POST /v2/sync/start"));
    }

    @Test
    void startsWithALengthOfZero() throws Exception {
        assertSession(send("POST /v2/sync/start", "Content-Length: 0"));
    }

    @Test
    void startsWithAnEmptyForm() throws Exception {
        assertSession(
                send("POST /v2/sync/start", "Content-Length: 0", "Content-Type: application/x-www-form-urlencoded"));
    }

    @Test
    void startsWithTheJsonNull() throws Exception {
        assertSession(Wire.send(
                hub.port(),
                client.head("POST /v2/sync/start", "Content-Type: application/json", "Content-Length: 4"),
                "null".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void takesTheAuthorizationSchemeInAnyLetterCase() throws Exception {
        assertSession(
                send("POST /v2/sync/start", line -> line.replace("Authorization: Bearer", "authorization: bearer")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Basecrm-Device-UUID", "X-Basecrm-Device-Uuid", "x-basecrm-device-uuid"})
    void takesTheDeviceHeaderInAnyLetterCase(String name) throws Exception {
        assertSession(send("POST /v2/sync/start", line -> line.replace("X-Basecrm-Device-UUID", name)));
    }

    @Test
    void takesTheSameDeviceWhateverTheLetterCaseOfItsUuid() throws Exception {
        client.drain();

        assertThat(client.withDevice(client.device().toUpperCase(java.util.Locale.ROOT))
                        .start()
                        .status())
                .isEqualTo(204);
    }

    @Test
    void takesATwofoldAccept() throws Exception {
        assertSession(send(
                "POST /v2/sync/start",
                line -> line.startsWith("Accept") ? "Accept: application/json,application/json" : line));
    }

    @Test
    void issuesTokensOf64CharactersWithoutWhiteSpace() {
        assertThat(client.token()).matches("\\S{64}");
    }

    @Test
    void startsAgainWhereAStartWasSentTwice() throws Exception {
        String first = client.session();
        String second = client.session();

        assertThat(client.drain(second, true)).hasSize(3);
        assertThat(client.get(first).status()).isEqualTo(204);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void takesAnAcknowledgementTwice() throws Exception {
        List<String> keys = SellClient.keys(client.drain(client.session(), false));

        assertThat(client.ack(keys).status()).isEqualTo(202);
        assertThat(client.ack(keys).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void takesAnAcknowledgementWhoseBodyWaitsToBeAskedFor() throws Exception {
        byte[] body = ("{\"data\":{\"ack_keys\":[\""
                        + String.join("\",\"", SellClient.keys(client.drain(client.session(), false))) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);

        Wire.Answer answer = Wire.sendWhenAskedTo(
                hub.port(),
                client.head("POST /v2/sync/ack", "Content-Type: application/json", "Content-Length: " + body.length),
                body);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    /** All of these are the same path; others send a client's header in the place of a part. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/sync/%s/queues/main/",
                "/v2/sync/%s/queues/m%%61in",
                "/v2/sync/../sync/%s/queues/main",
                "//v2/sync/%s/queues/main",
                "/v2/sync/%s/queues/main?page=2&CamelHttpPath=/&sessionId=x&queue=y",
            })
    void takesAPathHoweverItIsWritten(String path) throws Exception {
        String session = client.session();

        Wire.Answer answer = send("GET " + path.formatted(session), "sessionId: x", "queue: y", "CamelHttpPath: /");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void tellsAgainInTheNextSessionWhatNeverArrived() throws Exception {
        String session = client.session();
        Wire.sendAndHangUp(hub.port(), client.head("GET /v2/sync/" + session + "/queues/main"), new byte[0]);
        List<JsonNode> rest = client.drain(session, true);
        List<JsonNode> next = client.drain();

        assertThat(rest.size() + next.size()).isEqualTo(3);
        assertThat(SellClient.told(next)).doesNotContainAnyElementsOf(SellClient.told(rest));
    }

    /** The connection drops before the answer can come, and the client's HTTP stack sends the request again. */
    @Test
    void startsAgainWhereTheAnswerToAStartIsLost() throws Exception {
        Wire.sendAndHangUp(hub.port(), client.head("POST /v2/sync/start", "Content-Length: 0"), new byte[0]);

        assertThat(client.drain(client.session(), true)).hasSize(3);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void takesAnAcknowledgementAgainWhereItsAnswerIsLost() throws Exception {
        String session = client.session();
        byte[] payload = SellClient.payload(SellClient.keys(client.drain(session, false)));
        List<String> head =
                client.head("POST /v2/sync/ack", "Content-Type: application/json", "Content-Length: " + payload.length);
        Wire.sendAndHangUp(hub.port(), head, payload);

        assertThat(Wire.send(hub.port(), head, payload).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    private void assertSession(Wire.Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.header("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).matches(Wire.UUID_FORM));
    }
}
