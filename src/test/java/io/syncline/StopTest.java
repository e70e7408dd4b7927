package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopped in the middle of everything, Syncline ends soon, and its next start goes on as if nothing had been. */
final class StopTest {

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void stopsWithinTenSecondsInTheMiddleOfASyncAndLosesNothing() throws Exception {
        int sandboxPort = SynclineProcess.freePort();
        Map<String, String> properties = Map.of(
                "syncline.sandbox", "true",
                "syncline.sandbox.port", Integer.toString(sandboxPort),
                "syncline.sandbox.changes-per-second", "0",
                // The one that is looked at is the one that health tells of.
                "syncline.integration.sell-sandbox.enabled", "false",
                "syncline.integration.plane-sandbox.enabled", "false");
        long headAtStop;
        try (SynclineProcess syncline = SynclineProcess.start(folder, properties)) {
            syncline.awaitAnswer("/api/changes?limit=1", "\"sequenceVersion\"");
            CompletableFuture<Long> reading = CompletableFuture.supplyAsync(() -> readUntilStopped(syncline));

            long stopping = System.nanoTime();
            syncline.terminate();

            assertThat(syncline.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(10));
            headAtStop = reading.get(1, TimeUnit.MINUTES);
            assertThat(syncline.output())
                    .contains("Stopped")
                    .doesNotContain("first sync complete")
                    .doesNotContain("\tat ");
        }
        try (SynclineProcess syncline = SynclineProcess.start(folder, properties)) {
            syncline.awaitAnswer("/observe/health", "\"lastSync\"");

            Set<String> served = idsInSequence(syncline, headAtStop);
            assertThat(served).isEqualTo(livingIds(sandboxPort));
            assertThat(syncline.output()).doesNotContain("\tat ");
        }
    }

    @Test
    void stopsWithoutAWordOfErrorWhileItStarts() throws Exception {
        try (SynclineProcess syncline = SynclineProcess.start(folder, Map.of())) {
            syncline.awaitOutput("Made the first admin token");

            syncline.terminate();

            assertThat(syncline.exitCode()).isEqualTo(143);
            assertThat(syncline.output())
                    .contains("Stopped")
                    .doesNotContain("ERROR")
                    .doesNotContain("\tat ");
        }
    }

    /** Reads pages until no connection is to be had; every answer that comes is whole. Tells the highest sequence version seen. */
    private long readUntilStopped(SynclineProcess syncline) {
        long seen = 0;
        String cursor = "";
        while (true) {
            try {
                HttpResponse<String> answer = syncline.get("/api/changes?limit=100&cursor=" + cursor);
                if (answer.statusCode() != 200) {
                    assertThat(answer.statusCode()).isEqualTo(503);
                    return seen;
                }
                JsonNode page = json.readTree(answer.body());
                cursor = page.get("cursor").asText();
                for (JsonNode change : page.get("changes")) {
                    seen = change.get("sequenceVersion").asLong();
                }
            } catch (IOException stopped) {
                return seen;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return seen;
            }
        }
    }

    /** The ids of all projects served, whose sequence versions must go up and reach what was seen before the stop. */
    private Set<String> idsInSequence(SynclineProcess syncline, long seenBefore) throws Exception {
        Set<String> ids = new TreeSet<>();
        String cursor = "";
        long last = 0;
        boolean more = true;
        while (more) {
            JsonNode page = json.readTree(syncline.get("/api/changes?limit=1000&entityTypes=Project&cursor=" + cursor)
                    .body());
            for (JsonNode change : page.get("changes")) {
                assertThat(change.get("sequenceVersion").asLong()).isGreaterThan(last);
                last = change.get("sequenceVersion").asLong();
                assertThat(ids.add(change.get("entityId").asText()))
                        .as("served once: %s", change)
                        .isTrue();
            }
            cursor = page.get("cursor").asText();
            more = page.get("hasMore").asBoolean();
        }
        assertThat(last).isGreaterThanOrEqualTo(Math.min(seenBefore, ids.size()));
        return ids;
    }

    private Set<String> livingIds(int sandboxPort) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + sandboxPort + "/sandbox/state?source=letsbuild&entityType=Project"))
                .build();
        JsonNode state = json.readTree(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
        Set<String> ids = new TreeSet<>();
        state.fieldNames().forEachRemaining(ids::add);
        return ids;
    }
}
