package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What records hold that could not be read: shown to whom may read the integration's feed, and never with its credentials. */
final class RecordsShownTest {

    private static final String CREDENTIAL = "not-to-be\"shown\\0815";
    private static final String IN_JSON = "not-to-be\\\"shown\\\\0815";

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private Hub hub;
    private JsonNode job;

    @BeforeEach
    void setARecordAside() {
        upstream.script(
                "x",
                asked -> ScriptedUpstream.Answer.json(
                        """
                {"data":{"projectSync":{"changes":[%s,%s,%s],"cursor":"1","hasMore":false}}}""".formatted(project(1, "false"), project(2, "\"" + IN_JSON + "\""), project(3, "false"))));
        Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
        properties.put("syncline.integration.x.token", CREDENTIAL);
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
        job = hub.await(hub.startJob("x", "full_sync", null), "completed");
    }

    @AfterEach
    void stop() {
        hub.close();
        upstream.close();
    }

    @Test
    void neverWithCredentials() {
        JsonNode kept = hub.get("/api/sync/quarantine").body().at("/quarantine/0");
        Answer retried = hub.post("/api/sync/quarantine/" + kept.path("id").asText() + "/retry", null);

        assertThat(kept.path("raw").asText()).contains("Main Street 2", "\"isArchived\":\"***\"");
        assertThat(kept.path("reason").asText()).contains("***");
        assertThat(retried.status()).isEqualTo(422);
        assertThat(retried.message()).contains("***");
        assertThat(kept + retried.message() + job).doesNotContain("0815");
    }

    @Test
    void onlyToTokensThatMayReadTheIntegrationsFeed() {
        String watcher = token("watcher", "\"jobs:read\"");
        String reader = token("reader", "\"jobs:read\",\"sync\"");
        String stranger = token("stranger", "\"jobs:read\",\"sync\"");
        for (String principal : new String[] {"watcher", "reader"}) {
            hub.post("/api/grants", "{\"principal\":\"" + principal + "\",\"integrationId\":\"x\"}");
        }

        JsonNode watched = quarantine(watcher).at("/quarantine/0");
        assertThat(watched.path("entityId").asText()).isEqualTo(Projects.id(2));
        assertThat(watched.path("raw").isNull()).isTrue();
        JsonNode seen = job(watcher);
        assertThat(seen.at("/errors/0/record/reason").asText()).contains("isArchived");
        assertThat(seen.at("/errors/0/record/raw").isNull()).isTrue();
        assertThat(seen.toString() + watched).doesNotContain("Main Street");

        assertThat(quarantine(reader).at("/quarantine/0/raw").asText()).contains("Main Street 2");
        assertThat(job(reader).at("/errors/0/record/raw").asText()).contains("Main Street 2");
        assertThat(quarantine(stranger).path("total").asInt()).isZero();
    }

    private JsonNode quarantine(String token) {
        return hub.send("GET", "/api/sync/quarantine", token, null).body();
    }

    private JsonNode job(String token) {
        return hub.send("GET", "/api/sync/jobs/" + job.path("id").asText(), token, null)
                .body();
    }

    private String token(String principal, String scopes) {
        return hub.post("/api/tokens", "{\"principal\":\"" + principal + "\",\"scopes\":[" + scopes + "]}")
                .text("token");
    }

    private static String project(int number, String archived) {
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","name":"P","code":"C","isArchived":%s,"address":"Main Street %d"}}""".formatted(Projects.id(number), Projects.id(number), archived, number);
    }
}
