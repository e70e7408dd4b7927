package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source of YAML alone, on an upstream that pages by position, tells no deletes, changes all the time, answers badly and limits its
 * callers: in the end the hub holds exactly what the upstream holds.
 *
 * <p>The trouble goes on for {@code syncline.test.trouble-seconds} (6).
 */
final class PlaneTruthTest {

    private static final Map<String, String> TYPES = Map.of(
            "PlaneProject", "project",
            "PlaneState", "state",
            "PlaneLabel", "label",
            "PlaneCycle", "cycle",
            "PlaneModule", "module",
            "PlaneWorkItem", "work_item",
            "PlaneComment", "comment");
    private static final List<String> FAULTS = List.of(
            "\"status\":503,\"count\":2",
            "\"status\":429,\"count\":1,\"retryAfter\":1",
            "\"truncate\":true,\"count\":2",
            "\"truncate\":\"json\",\"count\":1",
            "\"duplicatePages\":5",
            "\"html\":true,\"count\":1",
            "\"noContent\":true,\"count\":1",
            "\"sameCursor\":true,\"count\":1",
            "\"dropConnection\":true,\"count\":1",
            "\"emptyListing\":true,\"count\":1",
            "\"poison\":3",
            "\"latencyMs\":200,\"count\":3");
    private static final Duration TROUBLE = Duration.ofSeconds(Integer.getInteger("syncline.test.trouble-seconds", 6));
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(20_260_102);
    private final Map<String, Replica> replicas = new LinkedHashMap<>();

    @TempDir
    Path folder;

    @Test
    void endsWithTheTruthAfterFaultsAndAKill() throws Exception {
        try (SteeredSandbox sandbox = SteeredSandbox.start(
                SandboxOptions.defaults().withPort(0).withChangesPerSecond(0).withPlaneRequestsPerMinute(1_000_000))) {
            String discussed = smallestProject(sandbox);
            try (HubProcess hub = new HubProcess(folder, integrations(sandbox.url(), discussed))) {
                TYPES.keySet().forEach(type -> replicas.put(type, Replica.ofPlainFeed(hub.url(), type)));
                await(() -> !replicas.get("PlaneWorkItem").entities().isEmpty());
                sandbox.control("PUT", "/pace", "{\"source\":\"plane\",\"changesPerSecond\":30}");
                makeTrouble(sandbox);
                hub.killAndRestart();
                makeTrouble(sandbox);
                sandbox.mend();
                sandbox.pace(0);

                Map<String, Map<String, JsonNode>> truth = truth(sandbox, discussed);
                assertThat(truth.get("PlaneWorkItem")).hasSizeGreaterThan(5_000);
                assertThat(truth.get("PlaneComment")).isNotEmpty();
                await(() -> truth.keySet().stream()
                        .allMatch(type -> wrong(type, truth.get(type)).isEmpty()));
                for (String type : TYPES.keySet()) {
                    assertThat(wrong(type, truth.get(type)))
                            .as(() -> type + " that is missing or old, by a hub that said:\n" + hub.log())
                            .isEmpty();
                }
                assertThat(replicas.get("PlaneWorkItem").entities())
                        .hasSizeGreaterThan(truth.get("PlaneWorkItem").size());

                startFullSync(hub.url(), "works");
                startFullSync(hub.url(), "talk");
                await(() -> truth.keySet().stream()
                        .allMatch(type -> replicas.get(type).entities().equals(truth.get(type))));
                for (String type : TYPES.keySet()) {
                    assertThat(replicas.get(type).entities().keySet())
                            .as(() -> type + " after a full sync, of a hub that said:\n" + hub.log())
                            .isEqualTo(truth.get(type).keySet());
                }
            }
        }
    }

    private void startFullSync(String url, String integrationId) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(url + "/api/sync/integrations/" + integrationId + "/start"))
                        .header("Authorization", "Bearer " + Replica.TOKEN)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"syncType\":\"full_sync\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    private void makeTrouble(SteeredSandbox sandbox) throws IOException, InterruptedException {
        Instant end = Instant.now().plusMillis(TROUBLE.toMillis() / 2);
        while (Instant.now().isBefore(end)) {
            sandbox.fault("plane", FAULTS.get(random.nextInt(FAULTS.size())));
            poll();
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    /** What lives upstream and is not the same here. */
    private Set<String> wrong(String type, Map<String, JsonNode> truth) {
        Map<String, JsonNode> held = replicas.get(type).entities();
        return truth.entrySet().stream()
                .filter(entity -> !entity.getValue().equals(held.get(entity.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void await(BooleanSupplier happened) throws InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!happened.getAsBoolean() && Instant.now().isBefore(patience)) {
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            poll();
        }
    }

    private void poll() throws InterruptedException {
        for (Replica replica : replicas.values()) {
            replica.poll();
        }
    }

    /** Comments take a request for each work item, so they are pulled of one project alone. */
    private static Map<String, String> integrations(String upstream, String discussed) {
        Map<String, String> integrations = new HashMap<>();
        for (String id : List.of("works", "talk")) {
            integrations.putAll(HubProcess.integration(id, "plane", upstream + "/plane", "sandbox0".repeat(8)));
            integrations.put("syncline.integration." + id + ".workspace", "syncline");
        }
        integrations.put("syncline.integration.works.streams", "projects,states,labels,cycles,modules,workItems");
        integrations.put("syncline.integration.talk.streams", "comments");
        integrations.put("syncline.integration.talk.projects", discussed);
        return integrations;
    }

    /** The project with the fewest work items. */
    private static String smallestProject(SteeredSandbox sandbox) throws IOException, InterruptedException {
        Map<String, Integer> sizes = new TreeMap<>();
        living(sandbox, "work_item").values().forEach(item -> sizes.merge(project(item), 1, Integer::sum));
        return sizes.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static String project(JsonNode entity) {
        return entity.get("project").textValue();
    }

    private static Map<String, Map<String, JsonNode>> truth(SteeredSandbox sandbox, String discussed)
            throws IOException, InterruptedException {
        Map<String, Map<String, JsonNode>> truth = new TreeMap<>();
        for (Map.Entry<String, String> type : TYPES.entrySet()) {
            truth.put(type.getKey(), living(sandbox, type.getValue()));
        }
        truth.get("PlaneComment").values().removeIf(comment -> !project(comment).equals(discussed));
        return truth;
    }

    private static Map<String, JsonNode> living(SteeredSandbox sandbox, String entityType)
            throws IOException, InterruptedException {
        Map<String, JsonNode> entities = sandbox.truth("plane", entityType);
        entities.values().forEach(entity -> {
            // One number in two spellings.
            ObjectNode fields = (ObjectNode) entity;
            if (fields.path("sort_order").isDouble()) {
                fields.put("sort_order", fields.get("sort_order").intValue());
            }
        });
        return entities;
    }
}
