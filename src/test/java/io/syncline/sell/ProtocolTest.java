package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.AccessLimits;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Observed;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the wire, to the letter: requests as the published clients send them, answers as they need them. */
class ProtocolTest {

    private static final byte[] NOTHING = new byte[0];
    private static final String UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    private static SellHub hub;

    private SellClient client;

    @BeforeAll
    static void start() throws Exception {
        hub = SellHub.start(Database.Dialect.SQLITE);
    }

    @BeforeEach
    void beginAnew() {
        hub.beginAnew(new SellSettings(2, 3));
        client = hub.client("sales");
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @AfterAll
    static void stop() {
        hub.close();
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
    void answersAStartWithASession() throws Exception {
        Wire.Answer answer = client.start();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).contains("json"));
        JsonNode session = SellHub.json(answer.body());
        assertThat(session.at("/data/id").isTextual()).isTrue();
        assertThat(session.at("/meta/type").textValue()).isEqualTo("sync_session");
        JsonNode queue = session.at("/data/queues/0");
        assertThat(queue.get("data")).isEqualTo(SellHub.json("{\"name\":\"main\",\"pages\":2,\"total_count\":3}"));
        assertThat(queue.at("/meta/type").textValue()).isEqualTo("sync_queue");
        assertThat(queue.at("/meta/links/self").textValue())
                .isEqualTo("http://127.0.0.1:" + hub.port() + "/v2/sync/"
                        + session.at("/data/id").textValue() + "/queues/main");
    }

    @Test
    void answersAGetWithItems() throws Exception {
        Wire.Answer answer = client.get(client.session());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).contains("json"));
        assertThat(SellHub.json(answer.body()))
                .isEqualTo(SellHub.json("{\"items\":[" + item(1) + "," + item(2)
                        + "],\"meta\":{\"type\":\"collection\",\"count\":2,\"count_left\":1}}"));
    }

    /** The grant has the first number. */
    private static String item(int id) {
        int revision = id + 1;
        return "{\"data\":{\"custom_fields\":{},\"id\":" + id + ",\"last_name\":\"Lead " + id
                + "\",\"tags\":[]},\"meta\":{\"type\":\"lead\",\"version\":" + revision
                + ",\"sync\":{\"event_type\":\"created\",\"ack_key\":\"Lead-"
                + id + "-" + revision + "\",\"revision\":" + revision + "}}}";
    }

    @Test
    void answersTheEndAndAnAcknowledgementWithoutABodyOrAMediaType() throws Exception {
        String session = client.session();
        Wire.Answer accepted = client.ack(SellClient.keys(client.drain(session, false)));
        Wire.Answer end = client.get(session);
        Wire.Answer nothingNew = client.start();

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(end.status()).isEqualTo(204);
        assertThat(nothingNew.status()).isEqualTo(204);
        assertThat(List.of(accepted, end, nothingNew)).allSatisfy(answer -> {
            assertThat(answer.body()).isEmpty();
            assertThat(answer.hasHeader("Content-Type")).isFalse();
            assertThat(answer.hasHeader("Transfer-Encoding")).isFalse();
            assertThat(answer.header("X-Request-Id"))
                    .hasValueSatisfying(id -> assertThat(id).matches(UUID_FORM));
        });
    }

    @Test
    void neverAnswersWithoutAnItem() throws Exception {
        String session = client.session();
        List<Integer> counts = new ArrayList<>();
        Wire.Answer answer = client.get(session);
        for (; answer.status() == 200; answer = client.get(session)) {
            counts.add(SellHub.json(answer.body()).get("items").size());
        }

        assertThat(answer.status()).isEqualTo(204);
        assertThat(counts).containsExactly(2, 1);
    }

    @Test
    void goesOnAnsweringTheEndForMonths() throws Exception {
        String session = client.session();
        client.drain(session, true);

        assertThat(client.get(session).status()).isEqualTo(204);
        hub.clock.pass(java.time.Duration.ofDays(100));
        assertThat(client.get(session).status()).isEqualTo(204);
        hub.restart();
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    @Test
    void answersTheEndOfASessionThatNeverWas() throws Exception {
        assertThat(client.get(UUID.randomUUID().toString()).status()).isEqualTo(204);
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
            assertError(client.start(), 503, "temporarily_unavailable");
            assertError(client.ack(List.of("Lead-1-1")), 503, "temporarily_unavailable");
        });
    }

    @Test
    void saysInTheEnvelopeThatItFailed() throws Exception {
        hub.declare(null);

        assertError(client.start(), 500, "server_error");
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
    void tellsAgainInTheNextSessionWhatNeverArrived() throws Exception {
        String session = client.session();
        Wire.sendAndHangUp(hub.port(), client.head("GET /v2/sync/" + session + "/queues/main"));
        List<JsonNode> rest = client.drain(session, true);
        List<JsonNode> next = client.drain();

        assertThat(rest.size() + next.size()).isEqualTo(3);
        assertThat(SellClient.told(next)).doesNotContainAnyElementsOf(SellClient.told(rest));
    }

    @Test
    void passesOverKeysThatAreUnknownOrMalformed() throws Exception {
        String session = client.session();
        SellClient.items(client.get(session));

        Wire.Answer answer = client.ackRaw(
                "{\"data\":{\"ack_keys\":[\"\",\"-\",\"Lead\",\"Lead-1\",\"Lead-1-\",\"Lead--1\",\"lead-1-1\","
                        + "\"Contact-1-1\",\"Lead-2-1\",\"Lead-1-01\",\"Lead-1-99\",\"Lead-1-99999999999999999999\",\"Lead-1- 1\",\"Lead-1-\\u0661\","
                        + "null,7,{},[\"Lead-1-1\"]]}}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(client.drain()).hasSize(3);
    }

    @Test
    void passesOverKeysThatWereServedToAnotherDevice() throws Exception {
        SellClient other = client.withDevice(UUID.randomUUID().toString());
        String mine = client.session();
        String theirs = other.session();
        List<String> keys = SellClient.keys(client.drain(mine, false));

        assertThat(other.ack(keys).status()).isEqualTo(202);
        assertThat(other.drain(theirs, true)).hasSize(3);
        assertThat(client.drain()).hasSize(3);
    }

    /** Keys do not tell their device, so this is known from what is stored of what was served to whom. */
    @Test
    void passesOverKeysOfAnotherDeviceAlsoAfterARestart() throws Exception {
        SellClient other = client.withDevice(UUID.randomUUID().toString());
        List<String> mine = SellClient.keys(client.drain(client.session(), false));
        List<String> theirs = SellClient.keys(SellClient.items(other.get(other.session())));

        hub.restart();

        assertThat(theirs).hasSize(2);
        assertThat(other.ack(mine).status()).isEqualTo(202);
        assertThat(SellClient.told(other.drain())).containsExactly("created lead 3");
        hub.restart();
        assertThat(client.ack(mine).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void passesOverTheKeysOfADeviceThatNeverStarted() throws Exception {
        List<String> keys = SellClient.keys(client.drain(client.session(), false));
        SellClient other = client.withDevice(UUID.randomUUID().toString());

        assertThat(other.ack(keys).status()).isEqualTo(202);
        assertThat(other.drain()).hasSize(3);
    }

    @Test
    void acknowledgesAnOlderRevisionAndNothingMore() throws Exception {
        List<String> older = SellClient.keys(client.drain(client.session(), false));
        hub.append(lead(1, "Ada"));
        String session = client.session();

        client.ack(older);

        assertThat(SellClient.told(client.drain(session, true))).containsExactly("updated lead 1");
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void takesAHundredThousandKeys() throws Exception {
        String session = client.session();
        List<String> keys = new ArrayList<>();
        for (int at = 0; at < 100_000; at++) {
            keys.add("Lead-" + at + "-" + (1_000_000 + at));
        }
        keys.addAll(SellClient.keys(client.drain(session, false)));

        assertThat(client.ack(keys).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    private void assertSession(Wire.Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.header("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).matches(UUID_FORM));
    }

    private static JsonNode assertError(Wire.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(answer.header("Content-Language")).contains("en");
        String requestId = answer.header("X-Request-Id").orElseThrow();
        assertThat(requestId).matches(UUID_FORM);
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

    private Wire.Answer send(String methodAndPath, String... more) throws Exception {
        return Wire.send(hub.port(), client.head(methodAndPath, more), NOTHING);
    }

    private Wire.Answer send(String methodAndPath, UnaryOperator<String> edit) throws Exception {
        List<String> head = new ArrayList<>(client.head(methodAndPath, "Content-Length: 0"));
        head.replaceAll(edit);
        return Wire.send(hub.port(), head, NOTHING);
    }
}
