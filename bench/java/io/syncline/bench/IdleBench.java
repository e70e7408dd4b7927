package io.syncline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Idle polls of a thousand consumers, each with a token, a principal and a cursor of its own, as authenticated GraphQL POSTs, beside POSTs
 * to a platform-http route with a constant body of about the same size, in the same process and by the same client.
 */
final class IdleBench implements Workload {

    private static final int CONSUMERS = 1_000;
    private static final int CONNECTIONS = 32;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 60_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        int port = setup.hub(Store.Kind.SQLITE).port();
        List<byte[]> polls = new ArrayList<>();
        for (int consumer = 0; consumer < CONSUMERS; consumer++) {
            polls.add(poll(port, consumer));
        }
        List<Double> p99 = new ArrayList<>();
        List<Double> plainP99 = new ArrayList<>();
        List<byte[]> constant = List.of(Requests.post(ConstantRoutes.IDLE_PATH, "x".repeat(250)));
        try (PollingClient ours = new PollingClient(port, CONNECTIONS, polls);
                PollingClient plain = new PollingClient(port, CONNECTIONS, constant)) {
            Rounds.Result rates = Rounds.compare(ROUNDS, () -> run(ours, p99), () -> run(plain, plainP99));
            table.compared("idle GraphQL polls, 1,000 cursors", "polls/s", rates, "0.7");
            table.told(
                    "their 99th percentile",
                    Table.number("%.2f ms", median(p99)),
                    Table.number("%.2f ms", median(plainP99)),
                    "");
        }
    }

    private static double run(PollingClient client, List<Double> p99) throws IOException {
        PollingClient.Outcome outcome = client.run(REQUESTS);
        p99.add(outcome.p99Millis());
        return outcome.perSecond();
    }

    /** The first ones only warmed up. */
    private static double median(List<Double> values) {
        return Rounds.median(values.stream()
                .skip(values.size() - ROUNDS)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    /** Makes a consumer that has read all it may see, and the request by which it polls from then on. */
    private byte[] poll(int port, int consumer) throws IOException, InterruptedException {
        String principal = "consumer-" + consumer;
        String token = send(
                        port,
                        201,
                        "/api/tokens",
                        Requests.TOKEN,
                        "{\"principal\":\"" + principal + "\",\"scopes\":[\"sync\"]}")
                .get("token")
                .asText();
        send(
                port,
                201,
                "/api/grants",
                Requests.TOKEN,
                "{\"principal\":\"" + principal + "\",\"integrationId\":\"" + Hub.QUIET + "\"}");
        String query =
                "query($cursor: String) { formSync(cursor: $cursor, limit: 1000) { changes { entityId } cursor hasMore } }";
        String body = "{\"query\":\"" + query + "\",\"variables\":{\"cursor\":%s}}";
        JsonNode page =
                send(port, 200, "/graphql", token, body.formatted("null")).at("/data/formSync");
        if (page.get("hasMore").asBoolean() || page.get("changes").isEmpty()) {
            throw new IOException("a consumer is not at the head after one page: " + page);
        }
        String request = new String(
                Requests.post(
                        "/graphql", body.formatted("\"" + page.get("cursor").asText() + "\"")),
                StandardCharsets.UTF_8);
        return request.replace(Requests.TOKEN, token).getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode send(int port, int expected, String path, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException(path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return mapper.readTree(answer.body());
    }
}
