package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of SQLite takes no more under a running job and calls of the API, and does again after a while. */
final class FullDiskTest {

    private static final int PAGES = 8;
    private static final int PAGE = 5;

    @TempDir
    private Path folder;

    @Test
    void keepsNobodyFromReadingAndNoJobFromGoingOnAfterwards() throws Exception {
        assumeThat(Path.of("/usr/bin/prlimit")).exists();
        Projects projects = new Projects(PAGES * PAGE, PAGE);
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", projects);
            try (Hub hub = Hub.startProcess(
                    folder,
                    "data",
                    TestDatabase.sqlite(folder.resolve("data")),
                    Hub.integration("x", upstream.url("x"), "project"))) {
                projects.hold();
                String job = hub.startJob("x", "full_sync", null);
                projects.give(2);
                Waiting.until("two pages", () -> Optional.of(hub.job(job))
                        .filter(now -> now.at("/result/processed").asInt() == 2 * PAGE));

                hub.limitFiles(64 * 1024);
                projects.giveAll();
                Answer refused = Waiting.until("a refusal", () -> Optional.of(
                                hub.post("/api/tokens", "{\"principal\":\"p\",\"scopes\":[\"sync\"]}"))
                        .filter(answer -> answer.status() != 201));

                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.message()).isEqualTo("The database cannot be used just now. Try again in a moment.");
                HttpResponse<String> device = startOfADevice(hub);
                assertThat(device.statusCode()).as(device.body()).isEqualTo(503);
                assertThat(device.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(changes(hub)).isEqualTo(2 * PAGE);
                assertThat(hub.get("/observe/health").status()).isEqualTo(200);
                assertThat(hub.job(job).path("status").asText()).isIn("running", "queued");

                hub.makeRoom();

                JsonNode done = hub.await(job, "completed", "failed", "stopped", "paused");
                assertThat(done.path("status").asText()).as("%s", done).isEqualTo("completed");
                assertThat(done.at("/result/processed").asInt()).isEqualTo(PAGES * PAGE);
                assertThat(changes(hub)).isEqualTo(PAGES * PAGE);
                assertThat(hub.post("/api/tokens", "{\"principal\":\"p\",\"scopes\":[\"sync\"]}")
                                .status())
                        .isEqualTo(201);
            }
        }
        assertThat(Files.readString(folder.resolve("data.log"))).doesNotContain("\tat ");
    }

    private static HttpResponse<String> startOfADevice(Hub hub) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/v2/sync/start"))
                                .header("Authorization", "Bearer " + Hub.ADMIN)
                                .header(
                                        "X-Basecrm-Device-UUID",
                                        UUID.randomUUID().toString())
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static int changes(Hub hub) {
        return hub.get("/api/changes?limit=1000").body().path("changes").size();
    }
}
