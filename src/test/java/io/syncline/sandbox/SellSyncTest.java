package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.sell.SellUpstream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The imitated Sell, by its published protocol. */
class SellSyncTest {
    private Sandbox sandbox;
    private SandboxClient client;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0));
        client = new SandboxClient(sandbox);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void replaysTheHistoryToFiveHundredAndThreeLivingCompanies() {
        SellUpstream upstream = new SellUpstream("token", 100, 1);
        assertThat(upstream.count("contact")).isEqualTo(500);

        while (upstream.historyToCome() > 0) {
            upstream.live();
        }
        for (int event = 0; event < 500; event++) {
            upstream.live();
        }

        assertThat(upstream.count("contact")).isEqualTo(503);
    }

    @Test
    void livesTheSameLifeUnderTheSameSeed() {
        SellUpstream one = new SellUpstream("token", 100, 5);
        SellUpstream same = new SellUpstream("token", 100, 5);
        for (int event = 0; event < 1_000; event++) {
            one.live();
            same.live();
        }
        for (String entityType : one.entityTypes()) {
            assertThat(one.living(entityType)).isEqualTo(same.living(entityType));
        }
    }

    @Test
    void drainsWithAcksToExactlyTheTruthAndThenHasNothingToSync() throws Exception {
        Drain device = new Drain();
        device.run();
        assertThat(device.known).isEqualTo(truth());
        assertThat(device.eventTypes).containsExactly("created");
        assertThat(device.start().statusCode()).isEqualTo(204);

        client.put("/sandbox/pace", "{\"source\":\"sell\",\"changesPerSecond\":10000}");
        while (client.get("/sandbox").at("/sources/sell/sequence").longValue() < 8_000) {
            LockSupport.parkNanos(20_000_000);
        }
        client.put("/sandbox/pace", "{\"changesPerSecond\":0}");
        device.run();

        assertThat(device.known).isEqualTo(truth());
        assertThat(device.eventTypes).containsExactlyInAnyOrder("created", "updated", "deleted");
    }

    @Test
    void servesAnItemOnceASessionAndAgainInTheNextUntilItIsAcked() throws Exception {
        Drain device = new Drain();
        String session = device.session();
        Set<String> first = keys(json(device.queue(session)));
        Set<String> second = keys(json(device.queue(session)));
        assertThat(second).isNotEmpty().doesNotContainAnyElementsOf(first);

        assertThat(keys(json(device.queue(device.session())))).isEqualTo(first);
        device.ack(first);
        assertThat(keys(json(device.queue(device.session())))).isEqualTo(second);
    }

    @Test
    void handsOutDisjointPagesToConcurrentReadersOfOneSession() throws Exception {
        Drain device = new Drain();
        HttpResponse<byte[]> start = device.start();
        String session = json(start).at("/data/id").textValue();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<List<String>>> parts = new ArrayList<>();
        for (int reader = 0; reader < 3; reader++) {
            parts.add(threads.submit(() -> {
                List<String> keys = new ArrayList<>();
                HttpResponse<byte[]> page = device.queue(session);
                while (page.statusCode() == 200) {
                    keys.addAll(keys(json(page)));
                    page = device.queue(session);
                }
                return keys;
            }));
        }
        List<String> all = new ArrayList<>();
        for (Future<List<String>> part : parts) {
            all.addAll(part.get(60, TimeUnit.SECONDS));
        }
        threads.shutdown();

        assertThat(all)
                .doesNotHaveDuplicates()
                .hasSize(json(start).at("/data/queues/0/data/total_count").intValue());
        assertThat(device.queue(session).statusCode()).isEqualTo(204);
    }

    @Test
    void showsADeleteOnlyToADeviceThatHasSeenTheEntity() throws Exception {
        change("created", "77", "{\"name\":\"Seen\",\"is_organization\":true}");
        Drain device = new Drain();
        device.run();
        change("deleted", "77", null);
        change("created", "78", "{\"name\":\"Never seen\"}");
        change("deleted", "78", null);

        JsonNode page = json(device.queue(device.session()));

        assertThat(page.path("items")).hasSize(1);
        assertThat(page.at("/items/0/data").toString()).isEqualTo("{\"id\":77}");
        assertThat(page.at("/items/0/meta/sync/event_type").textValue()).isEqualTo("deleted");
        device.ack(keys(page));
        assertThat(device.start().statusCode()).isEqualTo(204);
    }

    @Test
    void givesNewRecordsTheShapesThatClientsRelyOn() throws Exception {
        change("created", "77", "{\"name\":\"Bare\"}");

        assertThat(client.state("sell", "contact").path("77").toString())
                .isEqualTo("{\"id\":77,\"custom_fields\":{},\"name\":\"Bare\",\"tags\":[]}");
        assertThat(client.state("sell", "deal")).allSatisfy(deal -> {
            assertThat(deal.path("value").isTextual()).isTrue();
            assertThat(deal.path("id").isIntegralNumber()).isTrue();
            assertThat(deal.path("tags").isArray()).isTrue();
        });
    }

    @Test
    void acceptsTheStartInAllShapesThatClientsSend() throws Exception {
        HttpRequest.Builder request = new Drain().request("/sell/v2/sync/start");
        assertThat(client.send(request.POST(BodyPublishers.noBody()).build()).statusCode())
                .isEqualTo(201);
        assertThat(client.send(request.setHeader("Content-Type", "application/x-www-form-urlencoded")
                                .build())
                        .statusCode())
                .isEqualTo(201);
        assertThat(client.send(request.setHeader("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("null"))
                                .build())
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/sell/v2/sync/start,Authorization,Bearer no,401,unauthorized",
        "POST,/sell/v2/sync/start,X-Basecrm-Device-UUID,my-phone,400,invalid_header",
        "POST,/sell/v2/sync/start,Accept,text/html,406,not_acceptable",
        "GET,/sell/v2/sync/start,A,b,405,incorrect_path",
        "GET,/sell/v2/contacts,A,b,404,incorrect_path",
        "GET,/sell/v2/sync/nonsense/queues/main,A,b,404,not_found",
        "GET,/sell/v2/sync/0b51a6a0-5a3f-4c8e-9d6e-3f1f5ed2a001/queues/side,A,b,404,not_found",
        "POST,/sell/v2/sync/ack,A,b,400,invalid_payload"
    })
    void refusesInTheEnvelope(String method, String path, String header, String value, int status, String code)
            throws Exception {
        HttpResponse<byte[]> response = client.send(new Drain()
                .request(path)
                .setHeader(header, value)
                .method(method, BodyPublishers.ofString(method.equals("POST") ? "{}" : ""))
                .build());

        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode body = json(response);
        assertThat(body.at("/errors/0/error/code").textValue()).isEqualTo(code);
        assertThat(body.at("/meta/logref").textValue())
                .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
        assertThat(response.headers().firstValue("Content-Language")).hasValue("en");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Contact-1-2-3", "Contact-99999999-1", "Nothing-1-1", "Contact-1001-99999999999"})
    void ignoresAcksThatItDoesNotKnow(String key) throws Exception {
        Drain device = new Drain();
        device.queue(device.session());
        int due = json(device.start()).at("/data/queues/0/data/total_count").intValue();

        HttpResponse<byte[]> response = device.ack(Set.of(key));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Type")).isEmpty();
        assertThat(json(device.start()).at("/data/queues/0/data/total_count").intValue())
                .isEqualTo(due);
    }

    @Test
    void servesBrokenAndRepeatedAndEmptyPagesOnRequest() throws Exception {
        Drain device = new Drain();
        String session = device.session();
        client.put("/sandbox/faults", "{\"source\":\"sell\",\"emptyListing\":true,\"count\":1}");
        assertThat(json(device.queue(session)).path("items")).isEmpty();
        Set<String> first = keys(json(device.queue(session)));
        client.put("/sandbox/faults", "{\"source\":\"sell\",\"duplicatePages\":1}");
        assertThat(keys(json(device.queue(session)))).isEqualTo(first);
        client.put("/sandbox/faults", "{\"source\":\"sell\",\"poison\":1}");
        assertThat(json(device.queue(session)).at("/items/0/data").has("id")).isFalse();
        client.delete("/sandbox/faults");

        Drain other = new Drain();
        other.run();
        assertThat(other.known).isEqualTo(truth());
    }

    private void change(String operation, String entityId, String data) throws Exception {
        HttpResponse<byte[]> response = client.post(
                "/sandbox/changes",
                "{\"source\":\"sell\",\"changes\":[{\"operation\":\"" + operation
                        + "\",\"entityType\":\"contact\",\"entityId\":\"" + entityId + "\""
                        + (data == null ? "" : ",\"data\":" + data) + "}]}");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private Map<String, JsonNode> truth() throws Exception {
        Map<String, JsonNode> truth = new HashMap<>();
        for (Map.Entry<String, JsonNode> count :
                client.get("/sandbox").at("/sources/sell/entities").properties()) {
            client.state("sell", count.getKey())
                    .properties()
                    .forEach(entity -> truth.put(count.getKey() + "/" + entity.getKey(), entity.getValue()));
        }
        return truth;
    }

    private static Set<String> keys(JsonNode page) {
        Set<String> keys = new HashSet<>();
        page.path("items")
                .forEach(item -> keys.add(item.at("/meta/sync/ack_key").textValue()));
        return keys;
    }

    /** A device that drains sessions and acks page by page. */
    private final class Drain {
        private final String device = UUID.randomUUID().toString();
        private final Map<String, JsonNode> known = new HashMap<>();
        private final Set<String> eventTypes = new HashSet<>();

        private HttpRequest.Builder request(String path) {
            return client.request(path)
                    .header("Authorization", "Bearer " + SandboxClient.TOKEN)
                    .header("X-Basecrm-Device-UUID", device);
        }

        private HttpResponse<byte[]> start() throws IOException, InterruptedException {
            return client.send(
                    request("/sell/v2/sync/start").POST(BodyPublishers.noBody()).build());
        }

        private String session() throws IOException, InterruptedException {
            return json(start()).at("/data/id").textValue();
        }

        private HttpResponse<byte[]> queue(String session) throws IOException, InterruptedException {
            return client.send(
                    request("/sell/v2/sync/" + session + "/queues/main").build());
        }

        private HttpResponse<byte[]> ack(Set<String> keys) throws IOException, InterruptedException {
            String body = SandboxClient.JSON.writeValueAsString(Map.of("data", Map.of("ack_keys", keys)));
            return client.send(request("/sell/v2/sync/ack")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build());
        }

        private void run() throws IOException, InterruptedException {
            String session = session();
            HttpResponse<byte[]> page = queue(session);
            while (page.statusCode() == 200) {
                JsonNode items = json(page).path("items");
                assertThat(items).isNotEmpty();
                for (JsonNode item : items) {
                    String eventType = item.at("/meta/sync/event_type").textValue();
                    String key = item.at("/meta/type").textValue() + "/"
                            + item.at("/data/id").asText();
                    eventTypes.add(eventType);
                    if (eventType.equals("deleted")) {
                        known.remove(key);
                    } else {
                        known.put(key, item.path("data"));
                    }
                }
                assertThat(ack(keys(json(page))).statusCode()).isEqualTo(202);
                page = queue(session);
            }
            assertThat(page.statusCode()).isEqualTo(204);
        }
    }
}
