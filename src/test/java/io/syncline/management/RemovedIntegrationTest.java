package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An integration that has left the settings is no unknown one: what it did can still be looked at, and cleared away. */
final class RemovedIntegrationTest {

    @TempDir
    private Path folder;

    @Test
    void listsTheJobsOfAnIntegrationThatIsNotConfiguredAnyMore() {
        TestDatabase database = TestDatabase.sqlite(folder);
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            Projects projects = new Projects(5, 5);
            projects.rename(3, "");
            upstream.script("gone", projects);
            upstream.script("here", new Projects(5, 5));
            String job;
            try (Hub before = Hub.start(folder, database, Hub.integration("gone", upstream.url("gone"), "project"))) {
                job = before.startJob("gone", "full_sync", null);
                before.await(job, "completed");
            }
            try (Hub hub = Hub.start(folder, database, Hub.integration("here", upstream.url("here"), "project"))) {
                Answer listed = hub.get("/api/sync/jobs?integrationId=gone");
                assertThat(listed.status()).isEqualTo(200);
                assertThat(listed.body().path("total").asInt()).isEqualTo(1);
                assertThat(listed.body().at("/jobs/0/id").asText()).isEqualTo(job);
                assertThat(hub.get("/api/sync/quarantine?integrationId=gone")
                                .body()
                                .path("total")
                                .asInt())
                        .isEqualTo(1);
                // Of one that is configured there may be none yet.
                assertThat(hub.get("/api/sync/jobs?integrationId=here").status())
                        .isEqualTo(200);

                Answer stopped = hub.post("/api/sync/jobs/stop-all", "{\"integrationId\":\"gone\"}");
                assertThat(stopped.status()).isEqualTo(200);
                assertThat(stopped.body().path("stoppedJobs").asInt()).isZero();
                assertThat(hub.post("/api/sync/jobs", "{\"integrationId\":\"gone\",\"type\":\"full_sync\"}")
                                .status())
                        .isEqualTo(404);
                assertThat(hub.post("/api/sync/integrations/gone/stop", null).status())
                        .isEqualTo(404);
                assertThat(hub.delete("/api/sync/jobs/" + job, null).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void doesNotTellThoseWithoutAGrantThatItWasThere() {
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", new Projects(5, 5));
            try (Hub hub = Hub.start(
                    folder, TestDatabase.sqlite(folder), Hub.integration("x", upstream.url("x"), "project"))) {
                hub.await(hub.startJob("x", "full_sync", null), "completed");
                String stranger = hub.post(
                                "/api/tokens", "{\"principal\":\"stranger\",\"scopes\":[\"jobs:read\",\"jobs:write\"]}")
                        .text("token");

                for (String id : List.of("x", "nobody")) {
                    assertThat(hub.send("GET", "/api/sync/jobs?integrationId=" + id, stranger, null)
                                    .status())
                            .isEqualTo(404);
                    assertThat(hub.send(
                                            "POST",
                                            "/api/sync/jobs/stop-all",
                                            stranger,
                                            "{\"integrationId\":\"" + id + "\"}")
                                    .status())
                            .isEqualTo(404);
                }
                assertThat(hub.send("GET", "/api/sync/jobs", stranger, null).status())
                        .isEqualTo(200);
            }
        }
    }
}
