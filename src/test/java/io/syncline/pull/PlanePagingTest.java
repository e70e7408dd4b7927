package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages by position in a list that gets shorter while it is read. */
final class PlanePagingTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {40, 130})
    void losesNothingToDeletesThatShiftThePages(int deletes) throws Exception {
        try (Sandbox sandbox = Sandbox.start(
                SandboxOptions.defaults().withPort(0).withChangesPerSecond(0).withPlaneRequestsPerMinute(1_000_000))) {
            String project = largestProject(sandbox);
            // So that the list is still being read when the deletes come.
            control(sandbox, "PUT", "/faults", "{\"source\":\"plane\",\"latencyMs\":400}");
            try (Syncline syncline = Syncline.start(settings(sandbox, project))) {
                assertThat(syncline.refusedRoutes()).isEmpty();
                SyncedData data = new SyncedData(folder);
                Map<String, JsonNode> read =
                        Waiting.until("some pages", () -> Optional.of(data.entities("works", "PlaneWorkItem"))
                                .filter(found -> found.size() >= 300));
                control(
                        sandbox,
                        "POST",
                        "/changes",
                        read.keySet().stream()
                                .limit(deletes)
                                .map(id -> "{\"operation\":\"deleted\",\"entityType\":\"work_item\",\"entityId\":\""
                                        + id + "\"}")
                                .collect(Collectors.joining(",", "{\"source\":\"plane\",\"changes\":[", "]}")));
                control(sandbox, "DELETE", "/faults", "");
                Waiting.until("the end of the list", () -> data.jobs("works").stream()
                        .filter(job -> job.status().equals("completed"))
                        .findFirst());

                Set<String> missing = new TreeSet<>(workItems(sandbox, project));
                missing.removeAll(data.entities("works", "PlaneWorkItem").keySet());
                assertThat(missing).isEmpty();
            }
        }
    }

    private Settings settings(Sandbox sandbox, String project) {
        Map<String, String> properties =
                new HashMap<>(Map.of("syncline.port", "0", "syncline.data", folder.toString()));
        Map.of(
                        "source", "plane",
                        "interval", "86400",
                        "url", sandbox.url() + "/plane",
                        "workspace", "syncline",
                        "token", Settings.SANDBOX_TOKEN,
                        "projects", project,
                        "streams", "workItems")
                .forEach((name, value) -> properties.put("syncline.integration.works." + name, value));
        return Settings.of(properties);
    }

    private String largestProject(Sandbox sandbox) throws Exception {
        Map<String, Integer> sizes = new HashMap<>();
        state(sandbox).forEach(item -> sizes.merge(item.get("project").textValue(), 1, Integer::sum));
        return sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private Set<String> workItems(Sandbox sandbox, String project) throws Exception {
        Set<String> ids = new TreeSet<>();
        state(sandbox).forEach(item -> {
            if (item.get("project").textValue().equals(project)) {
                ids.add(item.get("id").textValue());
            }
        });
        return ids;
    }

    private JsonNode state(Sandbox sandbox) throws Exception {
        return MAPPER.readTree(control(sandbox, "GET", "/state?source=plane&entityType=work_item", ""));
    }

    private String control(Sandbox sandbox, String method, String path, String body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox" + path))
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
