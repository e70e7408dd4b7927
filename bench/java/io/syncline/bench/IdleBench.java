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
final class IdleBench {

    private static final int CONSUMERS = 1_000;
    private static final int CONNECTIONS = 32;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 60_000;

    /**
     * What was measured.
     *
     * @param p99Millis the median of the rounds' 99th percentiles, of Syncline
     * @param plainP99Millis the same of the constant route
     */
    record Result(Rounds.Result rates, double p99Millis, double plainP99Millis) {}

    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    private IdleBench(int port) {
        this.port = port;
    }

    static Result run(int port) throws Exception {
        return new IdleBench(port).run();
    }

    private Result run() throws Exception {
        List<byte[]> polls = new ArrayList<>();
        for (int consumer = 0; consumer < CONSUMERS; consumer++) {
            polls.add(poll(consumer));
        }
        List<Double> p99 = new ArrayList<>();
        List<Double> plainP99 = new ArrayList<>();
        List<byte[]> constant = List.of(Requests.post(ConstantRoutes.IDLE_PATH, "x".repeat(250)));
        try (PollingClient ours = new PollingClient(port, CONNECTIONS, polls);
                PollingClient plain = new PollingClient(port, CONNECTIONS, constant)) {
            Rounds.Result rates = Rounds.compare(ROUNDS, () -> run(ours, p99), () -> run(plain, plainP99));
            return new Result(rates, median(p99), median(plainP99));
        }
    }

    private static double run(PollingClient client, List<Double> p99) throws IOException {
        PollingClient.Outcome outcome = client.run(REQUESTS);
        p99.add(outcome.p99Millis());
        return outcome.perSecond();
    }

    /** The first of the rounds only warmed up. */
    private static double median(List<Double> values) {
        return Rounds.median(
                values.stream().skip(1).mapToDouble(Double::doubleValue).toArray());
    }

    /** Makes a consumer that has read all it may see, and the request by which it polls from then on. */
    private byte[] poll(int consumer) throws IOException, InterruptedException {
        String principal = "consumer-" + consumer;
        String token = send(
                        201,
                        "/api/tokens",
                        Requests.TOKEN,
                        "{\"principal\":\"" + principal + "\",\"scopes\":[\"sync\"]}")
                .get("token")
                .asText();
        send(201, "/api/grants", Requests.TOKEN, "{\"principal\":\"" + principal + "\",\"integrationId\":\"quiet\"}");
        String query =
                "query($cursor: String) { formSync(cursor: $cursor, limit: 1000) { changes { entityId } cursor hasMore } }";
        String body = "{\"query\":\"" + query + "\",\"variables\":{\"cursor\":%s}}";
        JsonNode page = send(200, "/graphql", token, body.formatted("null")).at("/data/formSync");
        if (page.get("hasMore").asBoolean() || page.get("changes").isEmpty()) {
            throw new IOException("a consumer is not at the head after one page: " + page);
        }
        String request = new String(
                Requests.post(
                        "/graphql", body.formatted("\"" + page.get("cursor").asText() + "\"")),
                StandardCharsets.UTF_8);
        return request.replace(Requests.TOKEN, token).getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode send(int expected, String path, String token, String body)
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
