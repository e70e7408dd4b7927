package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schedule of an integration, changed over HTTP. */
final class ScheduleApiTest {

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private TestDatabase database;
    private Hub hub;

    @BeforeEach
    void start() {
        upstream.script("x", new Projects(3, 3));
        database = TestDatabase.of(Database.Dialect.SQLITE, folder);
        hub = hub();
    }

    @AfterEach
    void stop() {
        hub.close();
        upstream.close();
    }

    private Hub hub() {
        Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
        properties.remove("syncline.integration.x.cron");
        properties.put("syncline.integration.x.interval", "3600");
        return Hub.start(folder, database, properties);
    }

    @Test
    void changesItAtOnceAndOverARestart() {
        String jobId = firstJob();
        Answer changed = put(jobId, "{\"interval\":1}");

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.text("jobId")).isEqualTo(jobId);
        assertThat(changed.body().path("success").asBoolean()).isTrue();
        assertThat(changed.body().path("oldInterval").asInt()).isEqualTo(3600);
        assertThat(changed.body().path("newInterval").asInt()).isEqualTo(1);
        assertThat(Instant.parse(changed.text("nextRun")))
                .isBefore(Instant.now().plusSeconds(2));
        runs(3);

        Answer cron = put(jobId, "{\"cron\":\"0 0 3 * * ?\"}");
        assertThat(cron.body().path("oldInterval").asInt()).isEqualTo(1);
        assertThat(cron.body().path("newInterval").isNull()).isTrue();
        assertThat(cron.text("newCron")).isEqualTo("0 0 3 * * ?");
        assertThat(cron.text("nextRun")).endsWith("T03:00:00Z");
        assertThat(status().path("syncInterval").isNull()).isTrue();

        put(jobId, "{\"interval\":7200}");
        hub.close();
        hub = hub();
        assertThat(status().path("syncInterval").asInt()).isEqualTo(7200);
        assertThat(Instant.parse(status().path("nextSync").asText()))
                .isAfter(Instant.now().plusSeconds(6600));
    }

    @Test
    void refusesWhatIsNoSchedule() {
        String jobId = firstJob();
        for (String bad : new String[] {"0", "-1", "1000000000000", "\"abc\"", "1.5", "true", "2592001"}) {
            Answer refused = put(jobId, "{\"interval\":" + bad + "}");
            assertThat(refused.status()).as(bad).isEqualTo(400);
            assertThat(refused.field()).isEqualTo("interval");
        }
        assertThat(put(jobId, "{\"cron\":\"hourly\"}").field()).isEqualTo("cron");
        assertThat(put(jobId, "{\"cron\":\"0 0 0 1 1 ? 2020\"}").field()).isEqualTo("cron");
        assertThat(put(jobId, "{}").status()).isEqualTo(400);
        assertThat(put(jobId, "{\"interval\":5,\"cron\":\"0 0 3 * * ?\"}").status())
                .isEqualTo(400);
        assertThat(put("sync-job-0", "{\"interval\":5}").status()).isEqualTo(404);
        assertThat(status().path("syncInterval").asInt()).isEqualTo(3600);
    }

    private Answer put(String jobId, String body) {
        return hub.send("PUT", "/api/sync/jobs/" + jobId + "/interval", Hub.ADMIN, body);
    }

    private String firstJob() {
        return runs(1).path(0).path("id").asText();
    }

    private JsonNode runs(int least) {
        return Waiting.until("jobs", () -> Optional.of(
                        hub.get("/api/sync/jobs?status=completed").body().path("jobs"))
                .filter(jobs -> jobs.size() >= least));
    }

    private JsonNode status() {
        return hub.get("/api/sync/integrations/status").body().at("/integrations/0");
    }
}
