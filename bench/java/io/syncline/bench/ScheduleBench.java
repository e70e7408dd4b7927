package io.syncline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.syncline.Settings;
import io.syncline.Syncline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Many integrations on a short interval: how many of their turns were missed, and how long after its turn each run began. The upstream answers at once that
 * there is nothing new.
 */
final class ScheduleBench implements Workload {

    private static final int INTEGRATIONS = 200;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    /** Quartz fires up to 2 ms before the time. */
    private static final Duration EARLY = Duration.ofMillis(10);

    private static final Duration USUAL = Duration.ofMinutes(1);
    /** In the environment: how long to watch, in seconds. */
    private static final String SECONDS = "BENCH_SCHEDULE_SECONDS";

    private static final byte[] NOTHING_NEW =
            "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"1\",\"hasMore\":false}}}"
                    .getBytes(StandardCharsets.UTF_8);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Store.Kind kind;

    ScheduleBench(Store.Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "schedule-" + kind.word();
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Duration watched = Optional.ofNullable(System.getenv(SECONDS))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(USUAL);
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        upstream.setExecutor(threads);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, NOTHING_NEW.length);
            exchange.getResponseBody().write(NOTHING_NEW);
            exchange.close();
        });
        upstream.start();
        int port = FreePort.next();
        Syncline syncline = Syncline.start(settings(setup, port, upstream));
        try {
            watch(port, watched, table);
        } finally {
            syncline.close();
            upstream.stop(0);
            threads.shutdownNow();
        }
    }

    private void watch(int port, Duration watched, Table table) throws IOException, InterruptedException {
        // The first turns come with the start.
        Thread.sleep(2 * INTERVAL.toMillis());
        Map<String, Instant> first = new TreeMap<>();
        for (JsonNode integration : get(port, "/api/sync/integrations/status").path("integrations")) {
            first.put(
                    integration.path("integrationId").asText(),
                    Instant.parse(integration.path("nextSync").asText()));
        }
        Thread.sleep(watched.plus(INTERVAL).toMillis());
        long turns = watched.dividedBy(INTERVAL);
        long missed = 0;
        List<Long> delays = new ArrayList<>();
        for (Map.Entry<String, Instant> integration : first.entrySet()) {
            List<Instant> begun = begun(port, integration.getKey());
            for (int turn = 0; turn < turns; turn++) {
                Instant due = integration.getValue().plus(INTERVAL.multipliedBy(turn));
                Instant earliest = due.minus(EARLY);
                Optional<Instant> run = begun.stream()
                        .filter(at -> !at.isBefore(earliest) && at.isBefore(earliest.plus(INTERVAL)))
                        .findFirst();
                run.ifPresent(
                        at -> delays.add(Math.max(0, Duration.between(due, at).toMillis())));
                missed += run.isPresent() ? 0 : 1;
            }
        }
        Collections.sort(delays);
        table.told(
                kind.title() + ": " + INTEGRATIONS + " integrations every " + INTERVAL.toSeconds() + " s for "
                        + watched.toSeconds() + " s, missed runs",
                missed + " of " + INTEGRATIONS * turns,
                "",
                "0");
        table.told(
                "their delay, 50th and 99th percentile",
                percentile(delays, 0.5) + " ms, " + percentile(delays, 0.99) + " ms",
                "",
                "99th under 1 s");
    }

    private static String percentile(List<Long> sorted, double part) {
        return sorted.isEmpty()
                ? "-"
                : Long.toString(sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size())));
    }

    private List<Instant> begun(int port, String integrationId) throws IOException, InterruptedException {
        List<Instant> begun = new ArrayList<>();
        for (JsonNode job : get(port, "/api/sync/jobs?limit=200&integrationId=" + integrationId)
                .path("jobs")) {
            if (job.path("startedAt").isTextual()) {
                begun.add(Instant.parse(job.path("startedAt").asText()));
            }
        }
        Collections.sort(begun);
        return begun;
    }

    private Settings settings(Setup setup, int port, HttpServer upstream) throws IOException, SQLException {
        Store store = setup.store(kind, name());
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", setup.folder(name()).resolve("data").toString(),
                "syncline.db.url", store.url(),
                "syncline.db.user", store.user(),
                "syncline.db.password", store.password(),
                "syncline.admin.token", Requests.TOKEN));
        for (int number = 0; number < INTEGRATIONS; number++) {
            String prefix = "syncline.integration.i" + number + ".";
            properties.put(prefix + "source", "letsbuild");
            properties.put(prefix + "interval", Long.toString(INTERVAL.toSeconds()));
            properties.put(
                    prefix + "url", "http://127.0.0.1:" + upstream.getAddress().getPort() + "/" + number);
            properties.put(prefix + "token", "t" + number);
            properties.put(prefix + "streams", "project");
        }
        return Settings.of(properties);
    }

    private JsonNode get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + Requests.TOKEN)
                .build();
        return mapper.readTree(client.send(request, BodyHandlers.ofByteArray()).body());
    }
}
