package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.Settings;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.Waiting;
import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jobs can ask of Plane, and what they tell of it. */
final class PlaneJobsTest {

    private static final String NEVER = "0 0 0 1 1 ? 2099";

    @TempDir
    private Path folder;

    private final Sandbox sandbox = Sandbox.start(
            SandboxOptions.defaults().withPort(0).withChangesPerSecond(0).withPlaneRequestsPerMinute(1_000_000));
    private Hub hub;

    @BeforeEach
    void start() {
        Map<String, String> properties = new HashMap<>();
        properties.putAll(plane("short", "cycles,modules"));
        properties.putAll(plane("works", "projects,workItems"));
        properties.put("syncline.integration.sold.source", "sell");
        properties.put("syncline.integration.sold.cron", NEVER);
        properties.put("syncline.integration.sold.url", "http://127.0.0.1:9");
        properties.put("syncline.integration.sold.token", "t");
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
    }

    private Map<String, String> plane(String id, String streams) {
        Map<String, String> properties = new HashMap<>();
        Map.of(
                        "source",
                        "plane",
                        "cron",
                        NEVER,
                        "url",
                        sandbox.url() + "/plane",
                        "workspace",
                        "syncline",
                        "token",
                        Settings.SANDBOX_TOKEN,
                        "streams",
                        streams)
                .forEach((name, value) -> properties.put("syncline.integration." + id + "." + name, value));
        return properties;
    }

    @AfterEach
    void stop() {
        hub.close();
        sandbox.close();
    }

    @Test
    void readWhatIsArchivedWhenAskedTo() throws Exception {
        int all = state("cycle").size() + state("module").size();
        archive("cycle", state("cycle").fieldNames().next());
        archive("module", state("module").fieldNames().next());

        assertThat(fullSync("{}").at("/result/created").asInt()).isEqualTo(all - 2);
        JsonNode asked = fullSync("{\"includeArchived\":true}");
        assertThat(asked.at("/result/processed").asInt()).isEqualTo(all);
        assertThat(asked.at("/result/created").asInt()).isEqualTo(2);
        assertThat(hub.get("/api/changes?integrationId=short&limit=1000")
                        .body()
                        .path("changes")
                        .findValuesAsText("archived_at"))
                .filteredOn(at -> at.startsWith("2026-01-01"))
                .hasSize(2);
        assertThat(fullSync("{}").at("/result/deleted").asInt()).isEqualTo(2);
    }

    @Test
    void areToldWhereASourceKnowsNothingOfWhatIsArchived() {
        Answer refused = hub.post(
                "/api/sync/jobs",
                "{\"integrationId\":\"sold\",\"type\":\"full_sync\",\"options\":{\"includeArchived\":true}}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.field()).isEqualTo("options.includeArchived");
        assertThat(refused.message()).contains("sell");
        hub.startJob("sold", "full_sync", "{\"includeArchived\":false}");
    }

    @Test
    void tellHowFarTheyAreByWhatPlaneTellsOfItsLists() throws Exception {
        int items = state("work_item").size();
        control("PUT", "/faults", "{\"source\":\"plane\",\"latencyMs\":100}");
        String id = hub.startJob("works", "full_sync", null);

        // What is processed is told as it is committed, the rest every two seconds.
        JsonNode running = Waiting.until("a third of it", () -> Optional.of(hub.job(id))
                .filter(job -> job.path("progress").asInt() > 33
                        && !job.at("/stats/estimatedTotal").isNull()));
        control("DELETE", "/faults", "");

        assertThat(running.path("status").asText()).isEqualTo("running");
        assertThat(running.at("/stats/estimatedTotal").asInt()).isBetween(items / 2, items * 2);
        assertThat(running.at("/result/processed").asInt()).isGreaterThan(items / 4);
        assertThat(running.path("progress").asInt()).isLessThan(100);
        assertThat(running.path("estimatedCompletion").asText()).isNotEmpty();
        JsonNode done = hub.await(id, "completed");
        assertThat(done.at("/stats/estimatedTotal")).isEqualTo(done.at("/result/processed"));
    }

    private JsonNode fullSync(String options) {
        return hub.await(hub.startJob("short", "full_sync", options), "completed");
    }

    private void archive(String entityType, String id) throws Exception {
        control(
                "POST",
                "/changes",
                "{\"source\":\"plane\",\"changes\":[{\"operation\":\"updated\",\"entityType\":\"" + entityType
                        + "\",\"entityId\":\"" + id + "\",\"data\":{\"archived_at\":\"2026-01-01T00:00:00Z\"}}]}");
    }

    private JsonNode state(String entityType) throws Exception {
        return Hub.JSON.readTree(control("GET", "/state?source=plane&entityType=" + entityType, ""));
    }

    private String control(String method, String path, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox" + path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
