package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.storage.Database;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The quarantine over HTTP: its list by page, a retry once the record can be read, and throwing one away. */
final class QuarantineApiTest extends WithUpstream {

    @ParameterizedTest
    @EnumSource
    void keepsARecordThatCannotBeReadUntilItCan(Database.Dialect dialect) {
        Projects projects = new Projects(50, 5);
        projects.rename(7, "");
        projects.rename(8, "");
        integrate("ill", projects);
        start(dialect);
        JsonNode job = hub.await(hub.startJob("ill", "full_sync", null), "completed");
        assertThat(job.path("error").isNull()).isTrue();
        assertThat(job.path("errors").findValuesAsText("entityId"))
                .containsExactlyInAnyOrder(Projects.id(7), Projects.id(8));
        assertThat(job.at("/errors/0/class").asText()).isEqualTo("poison");
        assertThat(job.at("/errors/0/advice").asText()).contains("/api/sync/quarantine");
        assertThat(job.at("/errors/0/record/raw").asText())
                .contains(job.at("/errors/0/record/entityId").asText());
        assertThat(job.path("logs").findValuesAsText("message"))
                .anyMatch(line -> line.contains("set aside") && line.contains(Projects.id(7)));

        JsonNode first =
                hub.get("/api/sync/quarantine?integrationId=ill&limit=1").body();
        assertThat(first.path("total").asInt()).isEqualTo(2);
        assertThat(first.path("quarantine")).hasSize(1);
        JsonNode second = hub.get("/api/sync/quarantine?integrationId=ill&limit=1&cursor="
                        + first.path("cursor").asText())
                .body();
        assertThat(second.path("hasMore").asBoolean()).isFalse();
        JsonNode seven = second.at("/quarantine/0");
        assertThat(seven.path("entityId").asText()).isEqualTo(Projects.id(7));
        assertThat(seven.path("entityType").asText()).isEqualTo("Project");
        assertThat(seven.path("reason").asText()).contains("name");
        assertThat(seven.path("raw").asText()).contains(Projects.id(7));
        String retry = "/api/sync/quarantine/" + seven.path("id").asText() + "/retry";
        Answer still = hub.post(retry, null);
        assertThat(still.status()).isEqualTo(422);
        assertThat(still.message()).contains("name");

        projects.rename(7, "Mended");
        assertThat(hub.post(retry, null).status()).isEqualTo(200);
        assertThat(hub.post(retry, null).status()).isEqualTo(404);
        assertThat(hub.get("/api/changes?integrationId=ill&limit=1000").body().toString())
                .contains("Mended");

        String eight = "/api/sync/quarantine/" + first.at("/quarantine/0/id").asText();
        assertThat(hub.delete(eight, null).body().toString()).isEqualTo("{\"success\":true,\"deleted\":true}");
        assertThat(hub.delete(eight, null).status()).isEqualTo(404);
        assertThat(hub.get("/api/sync/quarantine?integrationId=ill")
                        .body()
                        .path("total")
                        .asInt())
                .isZero();

        Answer refused = hub.get("/api/sync/quarantine?entityType=%00");

        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
        assertThat(refused.body().at("/error/field").asText()).isEqualTo("entityType");
    }
}
