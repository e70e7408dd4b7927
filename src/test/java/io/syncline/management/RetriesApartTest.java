package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is asked of one job that waits for a retry is nothing to another that does. */
final class RetriesApartTest extends WithUpstream {

    @Test
    void stoppingOneJobLeavesAnotherWaitingForItsRetry() {
        for (String id : List.of("stopped", "other")) {
            // An hour, so that whoever asks again was hurried.
            integrate(id, asked -> new Answer(429, Map.of("Retry-After", "3600"), ""));
            // With one credential the second would not ask at all, once the first was told to wait.
            properties.put("syncline.integration." + id + ".token", "token of " + id);
        }
        start(Database.Dialect.SQLITE);
        String other = hub.startJob("other", "full_sync", null);
        String stopped = hub.startJob("stopped", "full_sync", null);
        for (String id : List.of("stopped", "other")) {
            Waiting.until("the first request of " + id, () -> upstream.asked(id).stream()
                    .findFirst());
        }

        hub.post("/api/sync/jobs/" + stopped + "/stop", "{\"graceful\":true}");
        hub.await(stopped, "stopped");

        assertThat(hub.job(other).path("status").asText()).isEqualTo("running");
        assertThat(upstream.asked("stopped")).hasSize(1);
        assertThat(hub.job(other).path("logs").findValuesAsText("message")).noneMatch(line -> line.contains("try 2"));
        assertThat(upstream.asked("other")).hasSize(1);
    }
}
