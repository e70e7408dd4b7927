package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands that come at the same moment, from whom they may come, and from clients that do not wait for the answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobsAtOnceTest {

    private static final int CALLERS = 6;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Projects projects = new Projects(10, 5);
    private Hub hub;

    @BeforeAll
    void start(@TempDir Path folder) {
        upstream.script("x", projects);
        Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
    }

    @AfterAll
    void stop() {
        projects.giveAll();
        hub.close();
        upstream.close();
    }

    @BeforeEach
    void holdPages() {
        projects.hold();
    }

    @Test
    void stopAJobOnce() {
        String job = hub.startJob("x", "full_sync", null);
        hub.await(job, "running");

        List<Answer> answers = atOnce(caller -> hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}"));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allSatisfy(answer -> assertThat(answer.message()).containsPattern("is (stopping|stopped) and"));
        hub.await(job, "stopped");
    }

    @Test
    void tellEachCallerWhatItCanDoAboutTheJobInItsWay() {
        String first = stopped();
        String second = stopped();
        String running = hub.startJob("x", "full_sync", null);
        hub.await(running, "running");
        assertThat(hub.post("/api/sync/jobs/" + first + "/resume", null).text("status"))
                .isEqualTo("queued");

        Answer start = hub.post("/api/sync/jobs", "{\"integrationId\":\"x\",\"type\":\"full_sync\"}");
        Answer schedule = hub.post("/api/sync/integrations/x/start", null);
        Answer resume = hub.post("/api/sync/jobs/" + second + "/resume", null);

        assertThat(List.of(start, schedule, resume)).extracting(Answer::status).containsExactly(409, 409, 409);
        assertThat(start.message()).contains(running, "is running. Stop it, or ask with the option force.");
        assertThat(schedule.message()).contains(running, "Stop it, or set scheduleImmediate to false");
        assertThat(resume.message()).contains(first, "is queued. Stop it first.");
        assertThat(hub.post("/api/sync/integrations/x/start", "{\"scheduleImmediate\":false}")
                        .status())
                .isEqualTo(200);
        assertThat(hub.job(first).path("position").isNull())
                .as("waits for no place, but for its integration's other job")
                .isTrue();
        hub.post("/api/sync/jobs/stop-all", "{\"graceful\":false}");
        hub.await(running, "stopped");
        hub.await(first, "stopped");
    }

    @Test
    void eitherResumeAJobOrDeleteIt() {
        String job = stopped();

        List<Answer> answers = atOnce(caller -> caller % 2 == 0
                ? hub.post("/api/sync/jobs/" + job + "/resume", null)
                : hub.delete("/api/sync/jobs/" + job, null));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allSatisfy(answer -> assertThat(answer.status()).isIn(404, 409));
        boolean deleted = answers.stream().anyMatch(answer -> answer.body().has("deleted"));
        assertThat(hub.get("/api/sync/jobs/" + job).status()).isEqualTo(deleted ? 404 : 200);
        if (!deleted) {
            hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}");
            hub.await(job, "stopped");
        }
    }

    @Test
    void areDoneWholeOrNotAtAllForAClientThatGoesAway() throws IOException {
        String body = "{\"integrationId\":\"x\",\"type\":\"full_sync\"}";
        int before = total();
        for (int cut = 1; cut < body.length(); cut += 7) {
            sendAndGoAway(body, cut);
        }
        assertThat(total()).isEqualTo(before);

        sendAndGoAway(body, body.length());

        String job = Waiting.until("the job", () -> Optional.of(
                                hub.get("/api/sync/jobs?status=running").body())
                        .filter(running -> running.path("jobs").size() == 1))
                .at("/jobs/0/id")
                .asText();
        assertThat(total()).isEqualTo(before + 1);
        hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}");
        hub.await(job, "stopped");
    }

    @Test
    void areNotThereForWhomTheIntegrationIsNotGrantedTo() {
        String job = stopped();
        String stranger = hub.post(
                        "/api/tokens",
                        "{\"principal\":\"stranger\",\"scopes\":[\"jobs:read\",\"jobs:write\",\"sync\"]}")
                .text("token");
        String path = "/api/sync/jobs/" + job;
        List<Answer> answers = List.of(
                hub.send("GET", path, stranger, null),
                hub.send("POST", path + "/stop", stranger, null),
                hub.send("POST", path + "/pause", stranger, null),
                hub.send("POST", path + "/resume", stranger, null),
                hub.send("POST", path + "/approve", stranger, null),
                hub.send("PUT", path + "/interval", stranger, "{\"interval\":5}"),
                hub.send("DELETE", path, stranger, null),
                hub.send("POST", "/api/sync/jobs", stranger, "{\"integrationId\":\"x\",\"type\":\"full_sync\"}"),
                hub.send("POST", "/api/sync/jobs/stop-all", stranger, "{\"integrationId\":\"x\"}"),
                hub.send("POST", "/api/sync/integrations/x/start", stranger, null),
                hub.send("POST", "/api/sync/integrations/x/stop", stranger, null));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body().toString()).doesNotContain(job);
        });
        for (String list : List.of("/api/sync/jobs", "/api/sync/jobs?integrationId=x", "/api/sync/quarantine")) {
            assertThat(hub.send("GET", list, stranger, null)
                            .body()
                            .path("total")
                            .asInt())
                    .isZero();
        }
        assertThat(hub.send("GET", "/api/sync/integrations/status", stranger, null)
                        .body()
                        .path("integrations"))
                .isEmpty();
        assertThat(hub.send("POST", "/api/sync/jobs/stop-all", stranger, null)
                        .body()
                        .path("stoppedJobs")
                        .asInt())
                .isZero();
        assertThat(hub.job(job).path("status").asText()).isEqualTo("stopped");
    }

    private String stopped() {
        String job = hub.startJob("x", "full_sync", null);
        hub.await(job, "running");
        hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}");
        hub.await(job, "stopped");
        return job;
    }

    private int total() {
        return hub.get("/api/sync/jobs").body().path("total").asInt();
    }

    private void sendAndGoAway(String body, int sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hub.port())) {
            socket.getOutputStream()
                    .write(("POST /api/sync/jobs HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer " + Hub.ADMIN
                                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body.substring(0, sent))
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<Answer> atOnce(IntFunction<Answer> call) {
        CyclicBarrier together = new CyclicBarrier(CALLERS);
        List<CompletableFuture<Answer>> calls = IntStream.range(0, CALLERS)
                .mapToObj(caller -> {
                    CompletableFuture<Answer> answer = new CompletableFuture<>();
                    new Thread(() -> {
                                try {
                                    together.await();
                                    answer.complete(call.apply(caller));
                                } catch (Exception failed) {
                                    answer.completeExceptionally(failed);
                                }
                            })
                            .start();
                    return answer;
                })
                .toList();
        return calls.stream().map(CompletableFuture::join).toList();
    }
}
