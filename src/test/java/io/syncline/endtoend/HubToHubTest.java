package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second Syncline pulls from a first one, by configuration alone and through both protocols, while upstream changes and fails, the line between
 * the two is cut again and again, and each of them is killed. In the end both hold what upstream holds.
 *
 * <p>It goes on for {@code syncline.test.trouble-seconds} (15).
 */
final class HubToHubTest {

    private static final List<String> LETSBUILD = List.of("Project", "Form", "Point", "ContactDetails");
    private static final List<String> SELL = List.of(
            "contact",
            "lead",
            "deal",
            "note",
            "task",
            "user",
            "tag",
            "pipeline",
            "stage",
            "source",
            "lead_source",
            "deal_source",
            "loss_reason");
    private static final List<String> FAULTS = List.of(
            "\"status\":503,\"count\":2",
            "\"status\":429,\"count\":1",
            "\"truncate\":true,\"count\":2",
            "\"duplicatePages\":true,\"count\":3",
            "\"emptyListing\":true,\"count\":2",
            "\"html\":true,\"count\":1",
            "\"noContent\":true,\"count\":1",
            "\"dropConnection\":true,\"count\":2",
            "\"poison\":1",
            "\"latencyMs\":200,\"count\":3");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(20_260_202);

    @TempDir
    Path folder;

    @Test
    void bothEndWithTheTruthAfterFaultsAndKills() throws Exception {
        Duration trouble = Duration.ofSeconds(Integer.getInteger("syncline.test.trouble-seconds", 15));
        int firstPort = freePort();
        int secondPort = freePort();
        String firstUrl = "http://127.0.0.1:" + firstPort;
        String secondUrl = "http://127.0.0.1:" + secondPort;
        Path firstFolder = Files.createDirectory(folder.resolve("first"));
        Path secondFolder = Files.createDirectory(folder.resolve("second"));
        try (Sandbox sandbox =
                        Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(40));
                CutWire wire = new CutWire(firstPort, random);
                HubProcess first = new HubProcess(
                        firstFolder,
                        firstUrl,
                        properties(
                                firstPort,
                                sandbox.url() + "/letsbuild/graphql",
                                sandbox.url() + "/sell",
                                "sandbox0".repeat(8)));
                HubProcess second = new HubProcess(
                        secondFolder,
                        secondUrl,
                        properties(secondPort, wire.url() + "/graphql", wire.url(), Replica.TOKEN))) {
            trouble(sandbox, trouble.dividedBy(3));
            first.killAndRestart();
            trouble(sandbox, trouble.dividedBy(3));
            second.killAndRestart();
            trouble(sandbox, trouble.dividedBy(3));
            control(sandbox, "DELETE", "/sandbox/faults", "");
            control(sandbox, "PUT", "/sandbox/pace", "{\"changesPerSecond\":0}");
            wire.mend();

            Map<String, Map<String, JsonNode>> truth = truth(sandbox);
            assertEndsWith(truth, firstUrl, first);
            assertEndsWith(truth, secondUrl, second);
        }
    }

    private void trouble(Sandbox sandbox, Duration howLong) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(howLong);
        while (Instant.now().isBefore(end)) {
            for (String source : List.of("letsbuild", "sell")) {
                control(
                        sandbox,
                        "PUT",
                        "/sandbox/faults",
                        "{\"source\":\"" + source + "\"," + FAULTS.get(random.nextInt(FAULTS.size())) + "}");
            }
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    private static void assertEndsWith(Map<String, Map<String, JsonNode>> truth, String url, HubProcess hub)
            throws IOException, InterruptedException {
        Map<String, Replica> replicas = new LinkedHashMap<>();
        truth.keySet().forEach(type -> replicas.put(type, Replica.ofPlainFeed(url, type)));
        Instant patience = Instant.now().plus(PATIENCE);
        do {
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            for (Replica replica : replicas.values()) {
                replica.poll();
            }
        } while (!agree(truth, replicas) && Instant.now().isBefore(patience));
        String said = hub.log();
        truth.forEach((type, entities) -> assertThat(replicas.get(type).entities())
                .as(() -> type + " at " + url + ", which said:\n" + said)
                .isEqualTo(entities));
    }

    private static boolean agree(Map<String, Map<String, JsonNode>> truth, Map<String, Replica> replicas) {
        return truth.entrySet().stream()
                .allMatch(type -> replicas.get(type.getKey()).entities().equals(type.getValue()));
    }

    private Map<String, Map<String, JsonNode>> truth(Sandbox sandbox) throws IOException, InterruptedException {
        Map<String, Map<String, JsonNode>> truth = new LinkedHashMap<>();
        for (String type : LETSBUILD) {
            truth.put(type, truth(sandbox, "letsbuild", type));
            // The upstream's own version is kept out of the snapshot.
            truth.get(type).values().forEach(entity -> ((ObjectNode) entity).remove("sequenceVersion"));
        }
        for (String type : SELL) {
            truth.put(type, truth(sandbox, "sell", type));
        }
        assertThat(truth.values().stream().mapToInt(Map::size).sum()).isGreaterThan(25_000);
        return truth;
    }

    private Map<String, JsonNode> truth(Sandbox sandbox, String source, String type)
            throws IOException, InterruptedException {
        JsonNode state = Replica.JSON.readTree(
                control(sandbox, "GET", "/sandbox/state?source=" + source + "&entityType=" + type, ""));
        Map<String, JsonNode> truth = new TreeMap<>();
        state.properties().forEach(entity -> truth.put(entity.getKey(), entity.getValue()));
        return truth;
    }

    private static Map<String, String> properties(int port, String letsbuild, String sell, String token) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port",
                Integer.toString(port),
                "syncline.routes",
                Path.of("routes").toAbsolutePath().toString(),
                "syncline.admin.token",
                Replica.TOKEN));
        integration(properties, "sites", "letsbuild", letsbuild, token);
        integration(properties, "crm", "sell", sell, token);
        return properties;
    }

    private static void integration(
            Map<String, String> properties, String id, String source, String url, String token) {
        String prefix = "syncline.integration." + id + ".";
        properties.put(prefix + "source", source);
        properties.put(prefix + "interval", "1");
        properties.put(prefix + "url", url);
        properties.put(prefix + "token", token);
    }

    private String control(Sandbox sandbox, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(sandbox.url() + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
