package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Full syncs that a schedule begins, each second here. */
final class FullSyncScheduleTest extends WithUpstream {

    private final Projects paused = new Projects(3, 3);

    @Test
    void beginsNoneWhilePeopleHaveStoppedOrPausedTheIntegration() {
        integrate("stopped", new Projects(3, 3));
        integrate("paused", paused);
        integrate("beside", new Projects(3, 3));
        for (String id : List.of("stopped", "paused", "beside")) {
            properties.put("syncline.integration." + id + ".full-cron", "* * * * * ?");
        }
        start(Database.Dialect.SQLITE);
        for (String id : List.of("stopped", "paused", "beside")) {
            awaitCompleted(id, 1);
        }
        JsonNode job = jobs("beside").at("/jobs/0");
        assertThat(job.path("type").asText()).isEqualTo("full_sync");
        assertThat(hub.job(job.path("id").asText()).path("trigger").asText()).isEqualTo("schedule");

        assertThat(hub.post("/api/sync/integrations/stopped/stop", null).status())
                .isEqualTo(200);
        String pausing = pauseWhatRuns();
        int stopped = total("stopped");
        int waiting = total("paused");
        awaitCompleted("beside", total("beside") + 3);

        assertThat(total("stopped")).isEqualTo(stopped);
        assertThat(total("paused")).isEqualTo(waiting);
        hub.post("/api/sync/jobs/" + pausing + "/resume", null);
        hub.post("/api/sync/integrations/stopped/start", "{\"scheduleImmediate\":false}");
        awaitCompleted("paused", waiting + 1);
        awaitCompleted("stopped", stopped + 1);
    }

    @Test
    void letsWhatIsAskedForQueueBehindOneThatRuns() {
        Projects held = new Projects(3, 3);
        held.hold();
        integrate("held", held);
        properties.put("syncline.integration.held.full-cron", "* * * * * ?");
        start(Database.Dialect.SQLITE);
        Waiting.until("a full sync", () -> Optional.of(
                        hub.get("/api/sync/jobs?status=running").body())
                .filter(running -> running.path("total").asInt() == 1));

        String asked = hub.startJob("held", "full_sync", null);

        assertThat(hub.job(asked).path("status").asText()).isEqualTo("queued");
        held.giveAll();
        hub.await(asked, "completed");
    }

    private String pauseWhatRuns() {
        paused.hold();
        // What was in hand already may end before it can be paused.
        String running = Waiting.until("a job that is paused", () -> Optional.of(
                        hub.get("/api/sync/jobs?integrationId=paused&status=running")
                                .body()
                                .at("/jobs/0/id")
                                .asText())
                .filter(id -> !id.isEmpty())
                .filter(id -> hub.post("/api/sync/jobs/" + id + "/pause", null).status() == 200));
        paused.giveAll();
        hub.await(running, "paused");
        return running;
    }

    private void awaitCompleted(String id, int least) {
        Waiting.until(
                "full syncs of " + id, () -> Optional.of(hub.get("/api/sync/jobs?status=completed&integrationId=" + id)
                                .body())
                        .filter(jobs -> jobs.path("total").asInt() >= least));
    }

    private JsonNode jobs(String id) {
        return hub.get("/api/sync/jobs?integrationId=" + id).body();
    }

    private int total(String id) {
        return jobs(id).path("total").asInt();
    }
}
