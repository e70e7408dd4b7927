package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who asks for what is there but not in its view is answered what it would be answered if that were not there, whatever it asks by: integration, job,
 * quarantined record, device or cursor.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StrangerTest {

    private static final String SCOPES = "\"sync\",\"jobs:read\",\"jobs:write\"";
    private static final String UUID = "6f1b1f0e-0d5a-4b6e-9b1a-3c2f5e7d9a0";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Map<String, String> there = new HashMap<>();
    private TestDatabase database;
    private Hub hub;
    private String stranger;
    private String owner;

    @BeforeAll
    void start(@TempDir Path folder) {
        Map<String, String> properties = new HashMap<>();
        for (String id : new String[] {"mine", "theirs"}) {
            upstream.script(
                    id,
                    asked -> ScriptedUpstream.Answer.json("""
                    {"data":{"projectSync":{"changes":[%s,%s],"cursor":"1","hasMore":false}}}""".formatted(project(1, "false"), project(2, "\"no\""))));
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        }
        database = TestDatabase.sqlite(folder);
        hub = Hub.start(folder, database, properties);
        String job = "";
        for (String id : new String[] {"mine", "theirs"}) {
            job = hub.startJob(id, "full_sync", null);
            hub.await(job, "completed");
        }
        stranger = token("stranger");
        owner = token("owner");
        grant("stranger", "mine");
        grant("owner", "theirs");
        JsonNode kept = hub.send("GET", "/api/sync/quarantine", owner, null).body();
        hub.send("POST", "/v2/sync/start", owner, null, Map.of("X-Basecrm-Device-UUID", UUID + "1"));
        there.put("integration", "theirs");
        there.put("job", job);
        there.put("record", kept.at("/quarantine/0/id").asText());
        there.put("device", UUID + "1");
        assertThat(there).allSatisfy((what, id) -> assertThat(id).as(what).isNotEmpty());
    }

    private String token(String principal) {
        return hub.post("/api/tokens", "{\"principal\":\"" + principal + "\",\"scopes\":[" + SCOPES + "]}")
                .text("token");
    }

    private void grant(String principal, String integrationId) {
        hub.post("/api/grants", "{\"principal\":\"" + principal + "\",\"integrationId\":\"" + integrationId + "\"}");
    }

    private static String project(int number, String archived) {
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","name":"P","code":"C","isArchived":%s}}""".formatted(Projects.id(number), Projects.id(number), archived);
    }

    @AfterAll
    void stop() {
        hub.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            integration | GET    | /api/changes?integrationId=<id>           |
            integration | POST   | /graphql                                | {"query":"{ projectSync(integrationId: \\"<id>\\") { changes { entityId } hasMore } }"}
            integration | POST   | /graphql                                | {"query":"{ sync(integrationId: \\"<id>\\") { changes { entityId } hasMore } }"}
            integration | GET    | /api/sync/jobs?integrationId=<id>         |
            integration | POST   | /api/sync/jobs                          | {"integrationId":"<id>","type":"full_sync"}
            integration | POST   | /api/sync/jobs                          | {"integrationId":"<id>","type":"selective_sync","options":{"projectIds":["a"]}}
            integration | POST   | /api/sync/jobs/stop-all                 | {"integrationId":"<id>"}
            integration | POST   | /api/sync/integrations/<id>/start         | {}
            integration | POST   | /api/sync/integrations/<id>/stop          | {}
            integration | GET    | /api/sync/quarantine?integrationId=<id>   |
            job         | GET    | /api/sync/jobs/<id>                       |
            job         | POST   | /api/sync/jobs/<id>/resume                | {}
            job         | POST   | /api/sync/jobs/<id>/pause                 | {}
            job         | POST   | /api/sync/jobs/<id>/stop                  | {}
            job         | POST   | /api/sync/jobs/<id>/approve               | {}
            job         | PUT    | /api/sync/jobs/<id>/interval              | {"interval":60}
            job         | DELETE | /api/sync/jobs/<id>                       |
            record      | POST   | /api/sync/quarantine/<id>/retry           | {}
            record      | DELETE | /api/sync/quarantine/<id>                 |
            device      | GET    | /api/devices?uuid=<id>                    |
            device      | DELETE | /api/devices/<id>                         |
            """)
    void answersAsIfItWereNotThere(String what, String method, String path, String body) {
        String hidden = there.get(what);
        String unknown = what.equals("job")
                ? hidden.substring(0, hidden.length() - 4) + "zzzz"
                : what.equals("record") ? "9" + hidden : what.equals("device") ? UUID + "9" : "nowhere";

        Answer toHidden = ask(method, path, hidden, body);
        Answer toUnknown = ask(method, path, unknown, body);

        assertThat(toHidden.status()).isEqualTo(toUnknown.status()).isNotEqualTo(403);
        assertThat(told(toHidden, hidden)).isEqualTo(told(toUnknown, unknown));
    }

    private Answer ask(String method, String path, String id, String body) {
        return hub.send(
                method,
                path.replace("<id>", id),
                stranger,
                body == null ? null : body.replace("<id>", id),
                Map.of("X-Basecrm-Device-UUID", UUID + "2"));
    }

    /** All of it but the id that was asked for, and when, or under which number, it was answered. */
    private static String told(Answer answer, String id) {
        return answer.body()
                .toString()
                .replace(id, "<id>")
                .replaceAll("\"(cursor|timestamp|request_id|logref)\":\"[^\"]*\"", "");
    }

    /** So it takes no longer than of one that is not there. */
    @Test
    void readsNoRowOfAJobThatTheStrangerDoesNotSee() throws Exception {
        String path = "/api/sync/jobs/" + there.get("job");
        update("UPDATE job SET error_class = 'unreadable' WHERE id = ?");
        try {
            assertThat(hub.send("GET", path, owner, null).status()).isEqualTo(500);
            assertThat(hub.send("GET", path, stranger, null).status()).isEqualTo(404);
        } finally {
            update("UPDATE job SET error_class = NULL WHERE id = ?");
        }
    }

    private void update(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, there.get("job"));
            assertThat(statement.executeUpdate()).isOne();
        }
    }

    @Test
    void tellsAStrangerNothingThatMovesWithWhatItDoesNotSee() {
        String changes = "/api/changes?entityTypes=Project";
        assertThat(hub.send("GET", changes, stranger, null).body().path("changes"))
                .hasSize(1);
        assertThat(hub.send("GET", "/api/sync/integrations/status", stranger, null)
                        .body()
                        .toString())
                .contains("mine")
                .doesNotContain("theirs");
        assertThat(hub.send("GET", "/api/sync/jobs", stranger, null).body().toString())
                .contains("mine")
                .doesNotContain("theirs");
        for (String ofAdmins : new String[] {
            "/observe/metrics",
            "/api/explain?principal=stranger&entityType=Project&entityId=" + Projects.id(1),
            "/api/explain?principal=stranger&entityType=Project&entityId=nothing",
            "/api/audit",
            "/api/grants",
            "/api/tokens"
        }) {
            assertThat(hub.send("GET", ofAdmins, stranger, null).status())
                    .as(ofAdmins)
                    .isEqualTo(403);
        }
    }

    @Test
    void takesACursorOfNobodyElse() {
        String query = "{\"query\":\"{ projectSync(%s) { changes { entityId } cursor } }\"}";
        String plain = hub.send("GET", "/api/changes", owner, null).text("cursor");
        String graphql = hub.send("POST", "/graphql", owner, query.formatted("limit: 5"))
                .body()
                .at("/data/projectSync/cursor")
                .asText();
        String same = query.formatted("limit: 5, cursor: \\\"" + graphql + "\\\"");

        assertThat(hub.send("GET", "/api/changes?cursor=" + plain, owner, null).status())
                .isEqualTo(200);
        Answer refused = hub.send("GET", "/api/changes?cursor=" + plain, stranger, null);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error()).isEqualTo("INVALID_CURSOR");
        assertThat(hub.send("POST", "/graphql", owner, same).body().path("errors"))
                .isEmpty();
        assertThat(hub.send("POST", "/graphql", stranger, same)
                        .body()
                        .at("/errors/0/extensions/code")
                        .asText())
                .isEqualTo("INVALID_CURSOR");
    }
}
