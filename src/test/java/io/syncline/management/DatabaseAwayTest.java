package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.KillablePostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL dies under running jobs and calls of the API, and comes back after a while. */
final class DatabaseAwayTest {

    private static final int PAGES = 8;
    private static final int PAGE = 5;

    @TempDir
    private Path folder;

    @Test
    void answersSoMeanwhileAndGoesOnWithItsJobsAfterwards() throws Exception {
        Projects projects = new Projects(PAGES * PAGE, PAGE);
        try (KillablePostgres server = new KillablePostgres(folder.resolve("postgres"));
                ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", projects);
            try (Hub hub = Hub.start(folder, server.database(), Hub.integration("x", upstream.url("x"), "project"))) {
                projects.hold();
                String job = hub.startJob("x", "full_sync", null);
                projects.give(2);
                Waiting.until("two pages", () -> Optional.of(hub.job(job))
                        .filter(now -> now.at("/result/processed").asInt() == 2 * PAGE));

                server.kill();
                // What is pulled meanwhile cannot be appended.
                projects.give(1);
                List<CompletableFuture<Answer>> calls = List.of(
                        call(hub, "GET", "/api/sync/jobs", null),
                        call(hub, "GET", "/api/sync/jobs/" + job, null),
                        call(hub, "GET", "/api/sync/integrations/status", null),
                        call(hub, "POST", "/api/sync/jobs", "{\"integrationId\":\"x\",\"type\":\"full_sync\"}"),
                        call(hub, "POST", "/api/sync/jobs/" + job + "/stop", null),
                        call(hub, "GET", "/api/changes", null));
                CompletableFuture<Answer> graphql =
                        call(hub, "POST", "/graphql", "{\"query\":\"{ projectSync(limit: 1) { cursor } }\"}");
                // Only the library runs directives.
                CompletableFuture<Answer> directive = call(
                        hub,
                        "POST",
                        "/graphql",
                        "{\"query\":\"{ projectSync(limit: 1) { cursor @include(if: true) } }\"}");

                for (CompletableFuture<Answer> answer : calls) {
                    assertThat(answer.join().status()).isEqualTo(503);
                    assertThat(answer.join().error()).isEqualTo("UNAVAILABLE");
                    assertThat(answer.join().message())
                            .isEqualTo("The database cannot be used just now. Try again in a moment.");
                }
                assertThat(graphql.join().status()).isEqualTo(503);
                assertThat(graphql.join().body().at("/errors/0/message").asText())
                        .contains("database cannot be used");
                assertThat(directive.join().status()).isEqualTo(503);
                assertThat(hub.get("/observe/health").status()).isEqualTo(503);

                projects.giveAll();
                server.restart();

                JsonNode done = Waiting.until("the job to be done", () -> Optional.of(hub.job(job))
                        .filter(now -> List.of("completed", "failed", "stopped", "paused")
                                .contains(now.path("status").asText())));
                assertThat(done.path("status").asText()).as("%s", done).isEqualTo("completed");
                assertThat(done.at("/result/processed").asInt()).isEqualTo(PAGES * PAGE);
                assertThat(hub.get("/api/changes?limit=1000")
                                .body()
                                .path("changes")
                                .findValuesAsText("entityId"))
                        .hasSize(PAGES * PAGE)
                        .doesNotHaveDuplicates();
                hub.await(hub.startJob("x", "incremental_sync", null), "completed");
            }
        }
    }

    private static CompletableFuture<Answer> call(Hub hub, String method, String path, String body) {
        return CompletableFuture.supplyAsync(() -> hub.send(method, path, Hub.ADMIN, body, Map.of()));
    }
}
