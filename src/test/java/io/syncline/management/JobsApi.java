package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The published management API, over HTTP, on one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JobsApi {

    private static final int PAGES = 10;
    private static final int PAGE = 5;

    private final Database.Dialect dialect;
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Map<String, Projects> projects = new HashMap<>();
    private Hub hub;

    JobsApi(Database.Dialect dialect) {
        this.dialect = dialect;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        Map<String, String> properties = new HashMap<>();
        for (String id : List.of("life", "twice", "paused", "hard", "all", "history", "schedule", "second", "off")) {
            projects.put(id, new Projects(PAGES * PAGE, PAGE));
            upstream.script(id, projects.get(id));
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        }
        properties.put("syncline.integration.off.enabled", "false");
        properties.put("syncline.upstream.timeout", "3600");
        properties.put("syncline.integration.life.name", "Building sites");
        hub = Hub.start(folder, TestDatabase.of(dialect, folder), properties);
    }

    @AfterAll
    void stop() {
        hub.close();
        upstream.close();
    }

    @Test
    void startsAJobAndTellsOfItAsPublished() {
        Answer started = hub.post(
                "/api/sync/jobs", "{\"integrationId\":\"life\",\"type\":\"full_sync\",\"options\":{\"batchSize\":5}}");

        assertThat(started.status()).isEqualTo(200);
        assertThat(names(started.body())).containsExactly("success", "jobId", "status", "estimatedDuration");
        assertThat(started.text("status")).isEqualTo("queued");
        assertThat(started.text("jobId")).matches("sync-job-[0-9a-f]+");
        JsonNode job = hub.await(started.text("jobId"), "completed");
        assertThat(names(job))
                .contains(
                        "id",
                        "integrationId",
                        "type",
                        "status",
                        "progress",
                        "createdAt",
                        "startedAt",
                        "completedAt",
                        "duration",
                        "result",
                        "stage",
                        "estimatedCompletion",
                        "stats",
                        "logs");
        assertThat(job.path("type").asText()).isEqualTo("full_sync");
        assertThat(job.path("progress").asInt()).isEqualTo(100);
        assertThat(job.at("/result/processed").asInt()).isEqualTo(PAGES * PAGE);
        assertThat(job.at("/result/created").asInt()).isEqualTo(PAGES * PAGE);
        assertThat(job.at("/result/errors").asInt()).isZero();
        assertThat(job.at("/options/batchSize").asInt()).isEqualTo(5);
        assertThat(messages(job)).first().isEqualTo("asked for by request");
        assertThat(job.at("/logs/0/level").asText()).isEqualTo("info");
        for (String command : List.of("stop", "pause", "resume", "approve")) {
            Answer late = hub.post("/api/sync/jobs/" + started.text("jobId") + "/" + command, null);
            assertThat(late.status()).as(command).isEqualTo(409);
            assertThat(late.message()).as(command).contains("is completed");
        }
        JsonNode status = status("life");
        assertThat(status.path("name").asText()).isEqualTo("Building sites");
        assertThat(status.path("lastSync").asText()).matches("[^.]+(\\.\\d{3})?Z");
        assertThat(status.path("currentJob").isNull()).isTrue();
        assertThat(status.at("/stats/totalJobs").asInt()).isEqualTo(1);
        assertThat(status.at("/stats/successRate").asDouble()).isEqualTo(100);
    }

    @Test
    void makesOneJobOfTwoStartsAtOnceAndNamesItInTheSecondAnswer() {
        projects.get("twice").hold();
        CyclicBarrier together = new CyclicBarrier(4);
        List<CompletableFuture<Answer>> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(CompletableFuture.supplyAsync(() -> {
                await(together);
                return hub.post("/api/sync/jobs", "{\"integrationId\":\"twice\",\"type\":\"full_sync\"}");
            }));
        }

        List<Answer> answers = starts.stream().map(CompletableFuture::join).toList();

        List<Answer> made =
                answers.stream().filter(answer -> answer.status() == 200).toList();
        assertThat(made).hasSize(1);
        String id = made.get(0).text("jobId");
        assertThat(answers).filteredOn(answer -> answer.status() != 200).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.message()).contains(id);
        });
        hub.await(id, "running");
        assertThat(hub.get("/api/sync/jobs?integrationId=twice")
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(1);

        String instead = hub.startJob("twice", "full_sync", "{\"force\":true}");
        projects.get("twice").giveAll();
        assertThat(hub.await(id, "stopped").path("status").asText()).isEqualTo("stopped");
        hub.await(instead, "completed");
    }

    @Test
    void pausesAfterThePageInHandAndGoesOnFromThere() {
        Projects upstreamProjects = projects.get("paused");
        upstreamProjects.hold();
        String id = hub.startJob("paused", "full_sync", null);
        upstreamProjects.give(3);
        awaitAsked("paused", 4);

        for (Answer early :
                List.of(hub.delete("/api/sync/jobs/" + id, null), hub.post("/api/sync/jobs/" + id + "/resume", null))) {
            assertThat(early.status()).isEqualTo(409);
            assertThat(early.message()).contains("is running");
        }
        Answer wrong = hub.post("/api/sync/jobs/" + id + "/stop", "{\"graceful\":\"yes\"}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.field()).isEqualTo("graceful");
        Answer paused = hub.post("/api/sync/jobs/" + id + "/pause", null);
        assertThat(paused.status()).isEqualTo(200);
        assertThat(paused.text("status")).isEqualTo("stopping");
        assertThat(hub.post("/api/sync/jobs/" + id + "/resume", null).message()).contains("stopping");
        assertThat(hub.delete("/api/sync/jobs/" + id, null).status()).isEqualTo(409);
        upstreamProjects.give(1);
        JsonNode job = hub.await(id, "paused");
        assertThat(job.at("/result/processed").asInt()).isEqualTo(4 * PAGE);

        upstreamProjects.giveAll();
        CyclicBarrier together = new CyclicBarrier(2);
        List<Answer> resumes = List.of(1, 2).stream()
                .map(i -> CompletableFuture.supplyAsync(() -> {
                    await(together);
                    return hub.post("/api/sync/jobs/" + id + "/resume", "{}");
                }))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(resumes).extracting(Answer::status).containsExactlyInAnyOrder(200, 409);
        assertThat(resumes).filteredOn(answer -> answer.status() == 200).allSatisfy(answer -> {
            assertThat(names(answer.body())).containsExactly("success", "jobId", "status", "message");
            assertThat(answer.text("status")).isEqualTo("running");
        });

        job = hub.await(id, "completed");
        assertThat(job.at("/result/processed").asInt()).isEqualTo(PAGES * PAGE);
        assertThat(upstream.asked("paused")).hasSize(PAGES);
        assertThat(messages(job)).anyMatch(line -> line.startsWith("goes on, from its checkpoint, with 20 records"));
    }

    @Test
    void stopsAtOnceWithoutThePageInHand() {
        Projects upstreamProjects = projects.get("hard");
        upstreamProjects.hold();
        String id = hub.startJob("hard", "full_sync", null);
        upstreamProjects.give(2);
        awaitAsked("hard", 3);
        Waiting.until("two pages to be appended", () -> Optional.of(hub.job(id))
                .filter(job -> job.at("/result/processed").asInt() == 2 * PAGE));

        Answer stopping = hub.post("/api/sync/jobs/" + id + "/stop", "{\"graceful\":false}");

        assertThat(stopping.text("status")).isEqualTo("stopping");
        // The upstream still does not answer.
        JsonNode job = hub.await(id, "stopped");
        assertThat(job.at("/result/processed").asInt()).isEqualTo(2 * PAGE);
        assertThat(hub.post("/api/sync/jobs/" + id + "/stop", null).message()).contains("is stopped");
        upstreamProjects.giveAll();
    }

    @Test
    void stopsAllAndAnIntegrationWithItsSchedule() {
        projects.get("all").hold();
        projects.get("second").hold();
        String first = hub.startJob("all", "full_sync", null);
        String second = hub.startJob("second", "full_sync", null);

        hub.await(first, "running");
        assertThat(hub.post("/api/sync/jobs/" + first + "/stop", null).text("status"))
                .isEqualTo("stopping");
        Answer none = hub.post("/api/sync/jobs/stop-all", "{\"integrationId\":\"all\"}");
        assertThat(none.body().path("stoppedJobs").asInt()).isZero();
        Answer one = hub.post("/api/sync/jobs/stop-all", "{\"integrationId\":\"all\",\"graceful\":false}");
        assertThat(one.body().path("stoppedJobs").asInt()).isEqualTo(1);
        assertThat(one.body().path("jobs").toString()).isEqualTo("[\"" + first + "\"]");
        hub.await(first, "stopped");

        Answer stopped = hub.post("/api/sync/integrations/second/stop", null);
        assertThat(names(stopped.body())).containsExactly("success", "integrationId", "activeJobsStopped", "message");
        assertThat(stopped.body().path("activeJobsStopped").asInt()).isEqualTo(1);
        assertThat(status("second").path("status").asText()).isEqualTo("stopped");
        projects.get("second").giveAll();
        hub.await(second, "stopped");

        Answer started = hub.post(
                "/api/sync/integrations/second/start", "{\"syncType\":\"full_sync\",\"scheduleImmediate\":true}");
        assertThat(names(started.body())).containsExactly("success", "integrationId", "jobId", "message");
        hub.await(started.text("jobId"), "completed");
        assertThat(status("second").path("status").asText()).isEqualTo("active");
        projects.get("all").giveAll();
    }

    @Test
    void listsJobsByPageAndFilter() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String id = hub.startJob("history", "incremental_sync", null);
            hub.await(id, "completed");
            ids.add(0, id);
        }

        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = hub.get("/api/sync/jobs?integrationId=history&limit=2" + cursor)
                    .body();
            assertThat(page.path("total").asInt()).isEqualTo(5);
            page.path("jobs").forEach(job -> listed.add(job.path("id").asText()));
            cursor = page.path("cursor").isNull()
                    ? null
                    : "&cursor=" + page.path("cursor").asText();
        } while (cursor != null);

        assertThat(listed).isEqualTo(ids);
        JsonNode first = hub.job(ids.get(4));
        assertThat(first.path("type").asText()).isEqualTo("full_sync");
        assertThat(messages(first)).anyMatch(line -> line.contains("incremental_sync") && line.contains("full sync"));
        assertThat(hub.job(ids.get(0)).path("type").asText()).isEqualTo("incremental_sync");
        assertThat(hub.get("/api/sync/jobs?integrationId=history&status=pending")
                        .body()
                        .path("total")
                        .asInt())
                .isZero();
        assertThat(hub.get("/api/sync/jobs?integrationId=history&status=completed")
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(5);
        assertThat(hub.job(ids.get(0) + "?logLevel=error").path("logs")).isEmpty();

        assertThat(hub.delete("/api/sync/jobs/" + ids.get(0) + "?deleteLogs=true", null)
                        .body()
                        .toString())
                .isEqualTo("{\"success\":true,\"deleted\":true}");
        assertThat(hub.delete("/api/sync/jobs/" + ids.get(1), "{\"deleteLogs\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(hub.get("/api/sync/jobs/" + ids.get(1)).status()).isEqualTo(404);
        assertThat(hub.get("/api/sync/jobs?integrationId=history")
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void saysThatTheSchedulerRuns() {
        Answer answer = hub.post("/api/sync/initialize", null);

        assertThat(names(answer.body())).containsExactly("success", "message", "schedulerStatus", "integrationsFound");
        assertThat(answer.body().path("integrationsFound").asInt()).isEqualTo(projects.size());
        assertThat(status("off").path("status").asText()).isEqualTo("disabled");
        assertThat(status("schedule").path("nextSync").asText()).startsWith("2099-01-01");
    }

    @Test
    void asksForTheScopeAndShowsWhatIsGranted() {
        String reader = token("watcher", "jobs:read");
        String writer = token("worker", "jobs:write");
        String none = token("consumer", "sync");

        assertThat(hub.send("GET", "/api/sync/jobs", none, null).status()).isEqualTo(403);
        assertThat(hub.send("GET", "/api/sync/jobs", writer, null).status()).isEqualTo(403);
        assertThat(hub.send("GET", "/api/sync/jobs", "x".repeat(64), null).status())
                .isEqualTo(401);
        assertThat(hub.send("POST", "/api/sync/initialize", reader, null).status())
                .isEqualTo(403);
        String body = "{\"integrationId\":\"schedule\",\"type\":\"full_sync\"}";
        assertThat(hub.send("POST", "/api/sync/jobs", reader, body).status()).isEqualTo(403);
        assertThat(hub.send("POST", "/api/sync/jobs", writer, body).status()).isEqualTo(404);
        for (String principal : List.of("watcher", "worker")) {
            hub.post("/api/grants", "{\"principal\":\"" + principal + "\",\"integrationId\":\"schedule\"}");
        }
        Answer started = hub.send("POST", "/api/sync/jobs", writer, body);
        assertThat(started.status()).isEqualTo(200);
        hub.await(started.text("jobId"), "completed");
        JsonNode seen = hub.send("GET", "/api/sync/jobs", reader, null).body();
        assertThat(seen.path("total").asInt()).isEqualTo(1);
        assertThat(seen.at("/jobs/0/integrationId").asText()).isEqualTo("schedule");
        assertThat(hub.send("GET", "/api/sync/integrations/status", reader, null)
                        .body()
                        .path("integrations"))
                .hasSize(1);
    }

    private String token(String principal, String scope) {
        return hub.post("/api/tokens", "{\"principal\":\"" + principal + "\",\"scopes\":[\"" + scope + "\"]}")
                .text("token");
    }

    private JsonNode status(String id) {
        for (JsonNode integration :
                hub.get("/api/sync/integrations/status").body().path("integrations")) {
            if (integration.path("integrationId").asText().equals(id)) {
                return integration;
            }
        }
        throw new AssertionError("no integration " + id);
    }

    private void awaitAsked(String id, int requests) {
        Waiting.until(
                requests + " requests",
                () -> Optional.of(upstream.asked(id).size()).filter(asked -> asked >= requests));
    }

    private static List<String> messages(JsonNode job) {
        return job.path("logs").findValuesAsText("message");
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
