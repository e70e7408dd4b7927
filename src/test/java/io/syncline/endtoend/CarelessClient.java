package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A client of the Sell Sync API as there is none worse that still deserves an answer: it leaves sessions in the middle, acknowledges late, in part, twice or
 * never, and sends again what was not answered. Not for several threads.
 */
final class CarelessClient {

    private record Sent(KilledDevice device, List<String> keys) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final Random random;
    /** Acknowledgements that were not answered, or are sent later. */
    private final List<Sent> due = new ArrayList<>();

    CarelessClient(String url, Random random) {
        this.url = url;
        this.random = random;
    }

    /** Goes on until it is over, whatever becomes of the hub. */
    boolean use(Supplier<KilledDevice> device, AtomicBoolean over) throws InterruptedException {
        while (!over.get()) {
            try {
                for (Sent sent : List.copyOf(due)) {
                    acknowledge(sent);
                }
                session(device.get(), 1 + random.nextInt(40));
            } catch (IOException gone) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        return true;
    }

    /** Sessions until there is nothing new, everything acknowledged. */
    void drainToTheEnd(KilledDevice device) throws IOException, InterruptedException {
        for (Optional<String> queue = start(device); queue.isPresent(); queue = start(device)) {
            for (List<String> keys = page(device, queue.get()); !keys.isEmpty(); keys = page(device, queue.get())) {
                acknowledge(new Sent(device, keys));
            }
        }
    }

    void deactivate(KilledDevice device) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(device, "/api/devices/" + device.uuid(), HttpRequest.Builder::DELETE);
        assertThat(answer.statusCode()).isEqualTo(204);
    }

    private void session(KilledDevice device, int pages) throws IOException, InterruptedException {
        Optional<String> queue = start(device);
        for (int page = 0; queue.isPresent() && page < pages; page++) {
            List<String> keys = page(device, queue.get());
            if (keys.isEmpty()) {
                return;
            }
            switch (random.nextInt(12)) {
                case 0 -> {
                    // Never acknowledged.
                }
                case 1 -> due.add(new Sent(device, keys));
                case 2 -> acknowledge(new Sent(device, keys.subList(0, random.nextInt(keys.size()))));
                case 3 -> {
                    Collections.reverse(keys);
                    acknowledge(new Sent(device, keys));
                }
                case 4 -> {
                    acknowledge(new Sent(device, keys));
                    acknowledge(new Sent(device, keys));
                }
                default -> acknowledge(new Sent(device, keys));
            }
        }
    }

    private Optional<String> start(KilledDevice device) throws IOException, InterruptedException {
        HttpResponse<String> started = send(device, "/v2/sync/start", request -> request.POST(BodyPublishers.noBody()));
        assertThat(started.statusCode()).as(started.body()).isIn(201, 204);
        return Optional.of(started)
                .filter(answer -> answer.statusCode() == 201)
                .map(answer -> read(answer).at("/data/id").textValue());
    }

    /** The keys of the next page; none at the end. */
    private List<String> page(KilledDevice device, String session) throws IOException, InterruptedException {
        long askedAt = System.nanoTime();
        HttpResponse<String> answer = send(device, "/v2/sync/" + session + "/queues/main", request -> request.GET());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 204);
        List<JsonNode> items = new ArrayList<>();
        if (answer.statusCode() == 200) {
            read(answer).get("items").forEach(items::add);
            assertThat(items).isNotEmpty();
        }
        device.received(items, askedAt);
        List<String> keys = new ArrayList<>();
        items.forEach(item -> keys.add(KilledDevice.key(item)));
        return keys;
    }

    private void acknowledge(Sent sent) throws IOException, InterruptedException {
        due.remove(sent);
        due.add(sent);
        sent.device().acknowledging(sent.keys());
        HttpResponse<String> answer = send(sent.device(), "/v2/sync/ack", request -> request.header(
                        "Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"data\":{\"ack_keys\":["
                        + String.join(
                                ",",
                                sent.keys().stream().map(key -> '"' + key + '"').toList()) + "]}}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        sent.device().acknowledged(sent.keys());
        due.remove(sent);
    }

    private interface Form {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private HttpResponse<String> send(KilledDevice device, String path, Form form)
            throws IOException, InterruptedException {
        return http.send(
                form.of(HttpRequest.newBuilder(URI.create(url + path))
                                .timeout(Duration.ofSeconds(60))
                                .header("Authorization", "Bearer " + Replica.TOKEN)
                                .header("X-Basecrm-Device-UUID", device.uuid()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return Replica.JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
