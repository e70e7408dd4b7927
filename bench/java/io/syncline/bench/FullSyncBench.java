package io.syncline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.syncline.Settings;
import io.syncline.Syncline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A full sync of {@value #RECORDS} records from an upstream that answers from memory, beside a client that reads and parses the same pages: new ones into an
 * empty changelog, which is what a first sync is; new ones of one integration after the other into a changelog that grows; and the same
 * again unchanged.
 */
final class FullSyncBench implements Workload {

    private static final int RECORDS = 200_000;
    private static final int PAGE = 500;
    private static final int ROUNDS = 5;
    private static final int ROUNDS_TO_GROW = 4;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public String name() {
        return "full-sync";
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        List<byte[]> pages = pages();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(threads);
        upstream.createContext("/graphql", exchange -> serve(exchange, pages));
        upstream.start();
        String url = "http://127.0.0.1:" + upstream.getAddress().getPort() + "/graphql";
        Rounds.Round plain = () -> readPlainly(url);
        try {
            int[] hubs = {0};
            Rounds.Round first = () -> intoEmpty(setup, "full-sync-first-" + hubs[0]++, url);
            Rounds.warmUp(first, plain);
            table.compared(
                    "full sync of 200,000 new records into an empty changelog, SQLite",
                    "records/s",
                    Rounds.measure(ROUNDS, first, plain),
                    "0.25");
            intoGrown(setup, url, plain, table);
        } finally {
            upstream.stop(0);
            threads.shutdownNow();
        }
    }

    private double intoEmpty(Setup setup, String folder, String url) throws IOException, InterruptedException {
        int port = FreePort.next();
        Syncline hub = Syncline.start(settings(setup.folder(folder), port, url, 1));
        try {
            return fullSync(port, "bench-0");
        } finally {
            hub.close();
        }
    }

    private void intoGrown(Setup setup, String url, Rounds.Round plain, Table table) throws Exception {
        int port = FreePort.next();
        int integrations = ROUNDS_TO_GROW + ROUNDS;
        Syncline hub = Syncline.start(settings(setup.folder("full-sync"), port, url, integrations));
        try {
            int[] next = {0};
            Rounds.Round fresh = () -> fullSync(port, "bench-" + next[0]++);
            for (int round = 0; round < ROUNDS_TO_GROW; round++) {
                fresh.perSecond();
            }
            table.compared(
                    "the same into a changelog of 800,000 that grows to 1,800,000",
                    "records/s",
                    Rounds.measure(ROUNDS, fresh, plain),
                    "");
            Rounds.Round unchanged = () -> fullSync(port, "bench-0");
            Rounds.warmUp(unchanged, plain);
            table.compared(
                    "full sync of 200,000 unchanged records, SQLite",
                    "records/s",
                    Rounds.measure(ROUNDS, unchanged, plain),
                    "0.4");
        } finally {
            hub.close();
        }
    }

    private static Settings settings(Path data, int port, String url, int integrations) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", data.toString(),
                "syncline.admin.token", Requests.TOKEN));
        for (int i = 0; i < integrations; i++) {
            String prefix = "syncline.integration.bench-" + i + ".";
            properties.put(prefix + "source", "letsbuild");
            properties.put(prefix + "url", url);
            properties.put(prefix + "token", "t");
            properties.put(prefix + "streams", "form");
            properties.put(prefix + "cron", "0 0 0 1 1 ? 2099");
        }
        return Settings.of(properties);
    }

    /** By the job's own clock, from its start to its end. */
    private double fullSync(int port, String integration) throws IOException, InterruptedException {
        String id = send(
                        port,
                        "POST",
                        "/api/sync/jobs",
                        "{\"integrationId\":\"" + integration + "\",\"type\":\"full_sync\"}")
                .path("jobId")
                .asText();
        while (true) {
            JsonNode job = send(port, "GET", "/api/sync/jobs/" + id + "?logLimit=0", "");
            switch (job.path("status").asText()) {
                case "completed" -> {
                    return 1_000.0
                            * job.at("/result/processed").asLong()
                            / job.path("duration").asLong();
                }
                case "queued", "running" -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                default -> throw new IOException("the full sync did not go well: " + job);
            }
        }
    }

    private JsonNode send(int port, String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + Requests.TOKEN)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return mapper.readTree(client.send(request, BodyHandlers.ofByteArray()).body());
    }

    private double readPlainly(String url) throws IOException, InterruptedException {
        long started = System.nanoTime();
        long records = 0;
        String cursor = null;
        boolean more = true;
        while (more) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .POST(BodyPublishers.ofString(
                            "{\"variables\":{\"cursor\":" + (cursor == null ? "null" : '"' + cursor + '"') + "}}"))
                    .build();
            JsonNode page = mapper.readTree(
                            client.send(request, BodyHandlers.ofByteArray()).body())
                    .at("/data/formSync");
            records += page.path("changes").size();
            cursor = page.path("cursor").asText();
            more = page.path("hasMore").asBoolean();
        }
        return Rounds.rate(records, started);
    }

    private void serve(HttpExchange exchange, List<byte[]> pages) throws IOException {
        JsonNode cursor = mapper.readTree(exchange.getRequestBody()).at("/variables/cursor");
        byte[] page = pages.get(cursor.isTextual() ? Integer.parseInt(cursor.asText()) : 0);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private static List<byte[]> pages() {
        List<byte[]> pages = new ArrayList<>();
        int count = RECORDS / PAGE;
        for (int page = 0; page < count; page++) {
            StringBuilder changes = new StringBuilder();
            for (int record = 0; record < PAGE; record++) {
                changes.append(record == 0 ? "" : ",").append(change(page * PAGE + record));
            }
            String body = "{\"data\":{\"formSync\":{\"changes\":[" + changes + "],\"cursor\":\"" + (page + 1)
                    + "\",\"hasMore\":" + (page + 1 < count) + "}}}";
            pages.add(body.getBytes(StandardCharsets.UTF_8));
        }
        return pages;
    }

    private static String change(int number) {
        String id = new UUID(number * 0x9E3779B97F4A7C15L, number + 1).toString();
        return """
                {"entityId":"%s","entityType":"Form","operationType":"Created","data":{"id":"%s",\
                "subject":"Check the reinforcement of storey %d before casting, part %d","code":"FRM-%d","codeNum":"%d",\
                "date":"2026-03-01T12:00:00Z","type":"Quality","status":"Done","isConform":%b,"isArchived":false,"isUrgent":false,\
                "projectId":"%s","sequenceVersion":%d}}""".formatted(
                id, id, number % 40, number, number, number, number % 3 == 0, new UUID(7, number % 50), number + 1);
    }
}
