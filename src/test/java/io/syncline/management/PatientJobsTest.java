package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Jobs whose upstream lets them wait. */
final class PatientJobsTest extends WithUpstream {

    private static final String NOTHING_NEW =
            "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"1\",\"hasMore\":false}}}";

    @Test
    void waitsForItsBreakerAndShowsIt() throws IOException {
        shortenBreaker();
        upstream.script("x", asked -> asked.number() <= 5 ? Answer.status(500) : Answer.json(NOTHING_NEW));
        start("x");

        String job = hub.startJob("x", "full_sync", null);
        Waiting.until("a job that waits", () -> Optional.of(hub.job(job))
                .filter(now -> now.path("stage").asText().equals("waiting_for_breaker")));
        assertThat(hub.job(job).path("status").asText()).isEqualTo("running");
        assertThat(hub.get("/api/sync/integrations/status")
                        .body()
                        .at("/integrations/0/breaker")
                        .asText())
                .isEqualTo("open");
        assertThat(hub.get("/observe/health")
                        .body()
                        .at("/integrations/x/reason")
                        .asText())
                .contains("circuit breaker is open");
        JsonNode done = hub.await(job, "completed", "failed");

        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(done.path("logs").findValuesAsText("message"))
                .containsOnlyOnce("waits: the circuit breaker is open after repeated failures");
        assertThat(upstream.asked("x")).hasSize(6);
    }

    @Test
    void endsWhatTakesTooLongAndGoesOnWithTheNext() {
        upstream.script("x", asked -> asked.number() == 1 ? Answer.silence() : Answer.json(NOTHING_NEW));
        properties.put("syncline.jobs.timeout", "2");
        properties.put("syncline.upstream.timeout", "3600");
        start("x");

        String job = hub.startJob("x", "full_sync", null);
        JsonNode done = hub.await(job, "completed", "failed");

        assertThat(done.path("status").asText()).isEqualTo("failed");
        assertThat(done.at("/error/message").asText()).startsWith("the job was not done after ");
        assertThat(done.at("/error/message").asText()).contains("syncline.jobs.timeout");
        hub.await(hub.startJob("x", "full_sync", null), "completed");
    }

    @Test
    void asksNothingWhileItsCredentialsAreRefused() {
        upstream.script("refused", asked -> Answer.status(401));
        upstream.script("beside", asked -> Answer.json(NOTHING_NEW));
        for (String id : List.of("refused", "beside")) {
            properties.put("syncline.integration." + id + ".interval", "1");
        }
        start("refused", "beside");

        Waiting.until("a pause", () -> Optional.of(jobs("refused", "paused")).filter(jobs -> jobs == 1));
        int before = jobs("beside", "completed");
        Waiting.until("turns of another", () -> Optional.of(jobs("beside", "completed"))
                .filter(jobs -> jobs >= before + 4));

        assertThat(upstream.asked("refused")).hasSize(1);
    }

    private int jobs(String id, String status) {
        return hub.get("/api/sync/jobs?integrationId=" + id + "&status=" + status)
                .body()
                .path("total")
                .asInt();
    }

    private void start(String... ids) {
        for (String id : ids) {
            Hub.integration(id, upstream.url(id), "project").forEach(properties::putIfAbsent);
            if (properties.containsKey("syncline.integration." + id + ".interval")) {
                properties.remove("syncline.integration." + id + ".cron");
            }
        }
        start(Database.Dialect.SQLITE);
    }

    /** The routes as they are, but with a breaker that does not stay open for long. */
    private void shortenBreaker() throws IOException {
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        CopiedRoutes.edit(
                routes.resolve("pipeline.camel.yaml"), "waitDurationInOpenState: 20", "waitDurationInOpenState: 5");
        CopiedRoutes.edit(routes.resolve("resilience.camel.yaml"), "redeliveryDelay: 500", "redeliveryDelay: 20");
        properties.put("syncline.routes", routes.toString());
    }
}
