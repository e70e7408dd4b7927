package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.management.Hub.Answer;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the management API does not take, each answered in the published error form. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobsRefusalTest {

    private static final int LONGEST_BODY = 64 * 1024;

    private Hub hub;
    private String consumer;

    @BeforeAll
    void start(@TempDir Path folder) {
        Map<String, String> properties = new HashMap<>();
        for (String id : new String[] {"life", "off"}) {
            properties.putAll(Hub.integration(id, "http://127.0.0.1:9/", "project"));
        }
        properties.put("syncline.integration.off.enabled", "false");
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
        consumer = hub.post("/api/tokens", "{\"principal\":\"consumer\",\"scopes\":[\"sync\"]}")
                .text("token");
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /api/sync/jobs/sync-job-0                          |                                                        | 404 |
            GET    | /api/sync/jobs?limit=0                             |                                                        | 400 | limit
            GET    | /api/sync/jobs?limit=201                           |                                                        | 400 | limit
            GET    | /api/sync/jobs?limit=abc                           |                                                        | 400 | limit
            GET    | /api/sync/jobs?status=done                         |                                                        | 400 | status
            GET    | /api/sync/jobs?cursor=%2B                          |                                                        | 400 | cursor
            GET    | /api/sync/jobs?integrationId=nobody                |                                                        | 404 | integrationId
            GET    | /api/sync/jobs?colour=red                          |                                                        | 400 | colour
            GET    | /api/sync/jobs/sync-job-0?logLevel=loud            |                                                        | 400 | logLevel
            POST   | /api/sync/jobs                                     |                                                        | 415 |
            POST   | /api/sync/jobs                                     | []                                                     | 400 |
            POST   | /api/sync/jobs                                     | {                                                      | 400 |
            POST   | /api/sync/jobs                                     | {"type":"full_sync","type":"full_sync"}                | 400 | type
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"force":true,"force":false}} | 400 | options.force
            POST   | /api/sync/jobs                                     | {}                                                     | 400 | integrationId
            POST   | /api/sync/jobs                                     | {"integrationId":7,"type":"full_sync"}                 | 400 | integrationId
            POST   | /api/sync/jobs                                     | {"integrationId":"life"}                               | 400 | type
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"half_sync"}            | 400 | type
            POST   | /api/sync/jobs                                     | {"integrationId":"nobody","type":"full_sync"}          | 404 | integrationId
            POST   | /api/sync/jobs                                     | {"integrationId":"off","type":"full_sync"}             | 409 |
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","a":1}      | 400 | a
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":[]} | 400 | options
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"b":1}} | 400 | options.b
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"batchSize":0}} | 400 | options.batchSize
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"batchSize":1000000}} | 400 | options.batchSize
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"batchSize":"5"}} | 400 | options.batchSize
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"batchSize":1.5}} | 400 | options.batchSize
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"force":"yes"}} | 400 | options.force
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"full_sync","options":{"entityTypes":["Form"]}} | 400 | options.entityTypes
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"selective_sync"}       | 400 | options
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"selective_sync","options":{"entityTypes":["Ship"]}} | 400 | options.entityTypes
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"selective_sync","options":{"entityTypes":["Form"],"excludeEntityTypes":["Form"]}} | 400 | options.excludeEntityTypes
            POST   | /api/sync/jobs                                     | {"integrationId":"life","type":"selective_sync","options":{"projectIds":[]}} | 400 | options.projectIds
            POST   | /api/sync/jobs/sync-job-0/resume                   |                                                        | 404 |
            POST   | /api/sync/jobs/sync-job-0/pause                    |                                                        | 404 |
            POST   | /api/sync/jobs/sync-job-0/stop                     |                                                        | 404 |
            POST   | /api/sync/jobs/sync-job-0/approve                  |                                                        | 404 |
            POST   | /api/sync/jobs/stop-all                            | {"integrationId":"nobody"}                             | 404 | integrationId
            PUT    | /api/sync/jobs/sync-job-0/interval                 | {"interval":0}                                         | 400 | interval
            PUT    | /api/sync/jobs/sync-job-0/interval                 | {"interval":-1}                                        | 400 | interval
            PUT    | /api/sync/jobs/sync-job-0/interval                 | {"interval":1000000000000}                             | 400 | interval
            PUT    | /api/sync/jobs/sync-job-0/interval                 | {"interval":"abc"}                                     | 400 | interval
            PUT    | /api/sync/jobs/sync-job-0/interval                 | {"interval":5}                                         | 404 |
            POST   | /api/sync/integrations/nobody/start                |                                                        | 404 |
            POST   | /api/sync/integrations/off/start                   |                                                        | 409 |
            POST   | /api/sync/integrations/life/start                  | {"syncType":"selective_sync"}                          | 400 | syncType
            POST   | /api/sync/integrations/nobody/stop                 |                                                        | 404 |
            POST   | /api/sync/initialize                               | {"again":true}                                         | 400 | again
            GET    | /api/sync/quarantine?limit=0                       |                                                        | 400 | limit
            GET    | /api/sync/quarantine?integrationId=nobody          |                                                        | 404 | integrationId
            GET    | /api/sync/quarantine?cursor=x                      |                                                        | 400 | cursor
            POST   | /api/sync/quarantine/999/retry                     |                                                        | 404 |
            POST   | /api/sync/quarantine/abc/retry                     |                                                        | 404 |
            DELETE | /api/sync/quarantine/999                           |                                                        | 404 |
            DELETE | /api/sync/jobs/sync-job-0                          |                                                        | 404 |
            DELETE | /api/sync/jobs/sync-job-0?deleteLogs=maybe         |                                                        | 400 | deleteLogs
            PATCH  | /api/sync/jobs/sync-job-0                          |                                                        | 405 |
            """)
    void refusesBadInput(String method, String path, String body, int status, String field) {
        Answer answer = hub.send(method, path, Hub.ADMIN, body);

        assertRefused(answer, status);
        assertThat(answer.field()).isEqualTo(field == null ? "" : field);
    }

    @Test
    void saysWhereAFieldIsDoubled() {
        Answer answer = hub.post("/api/sync/jobs", "{\"type\":\"full_sync\",\n \"type\":\"full_sync\"}");

        assertThat(answer.message()).contains("twice", "line 2, column 8").doesNotContain("not JSON");
    }

    @Test
    void refusesABodyThatIsTooLong() {
        for (int length : new int[] {LONGEST_BODY + 1, 20_000_000}) {
            assertRefused(hub.post("/api/sync/jobs", " ".repeat(length - 2) + "{}"), 413);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, jobs, jobs:read",
        "GET, jobs/sync-job-0, jobs:read",
        "GET, integrations/status, jobs:read",
        "GET, quarantine, jobs:read",
        "POST, initialize, jobs:write",
        "POST, jobs, jobs:write",
        "POST, jobs/stop-all, jobs:write",
        "POST, jobs/sync-job-0/resume, jobs:write",
        "POST, jobs/sync-job-0/pause, jobs:write",
        "POST, jobs/sync-job-0/stop, jobs:write",
        "POST, jobs/sync-job-0/approve, jobs:write",
        "PUT, jobs/sync-job-0/interval, jobs:write",
        "DELETE, jobs/sync-job-0, jobs:write",
        "POST, integrations/life/start, jobs:write",
        "POST, integrations/life/stop, jobs:write",
        "POST, quarantine/1/retry, jobs:write",
        "DELETE, quarantine/1, jobs:write",
    })
    void refusesATokenWithoutTheScope(String method, String path, String scope) {
        String body = method.equals("GET") || method.equals("DELETE") ? null : "{}";

        Answer without = hub.send(method, "/api/sync/" + path, consumer, body);
        Answer unknown = hub.send(method, "/api/sync/" + path, "x".repeat(64), body);

        assertRefused(without, 403);
        assertThat(without.message()).contains(scope);
        assertRefused(unknown, 401);
    }

    private static void assertRefused(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.body().path("success").asBoolean(true)).isFalse();
        assertThat(answer.error()).isNotEmpty();
        assertThat(answer.message()).isNotEmpty();
    }
}
