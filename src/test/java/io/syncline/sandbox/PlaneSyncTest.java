package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.plane.PlaneUpstream;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Reply;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The imitated Plane, by its published REST API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlaneSyncTest {
    private static final String PROJECTS = "/plane/api/v1/workspaces/syncline/projects/";

    private Sandbox sandbox;
    private SandboxClient client;

    @BeforeAll
    void start() {
        sandbox = Sandbox.start(
                SandboxOptions.defaults().withPort(0).withChangesPerSecond(0).withPlaneRequestsPerMinute(100_000));
        client = new SandboxClient(sandbox);
    }

    @AfterAll
    void stop() {
        sandbox.close();
    }

    @AfterEach
    void takeFaultsBack() throws Exception {
        client.delete("/sandbox/faults");
    }

    @Test
    void listsAtLeastFiveThousandWorkItemsInSeveralProjects() throws Exception {
        assertThat(client.state("plane", "project")).hasSizeGreaterThan(5);
        assertThat(client.state("plane", "work_item")).hasSizeGreaterThan(5_000);
    }

    @Test
    void drainsByCompleteListingsToExactlyTheTruth() throws Exception {
        client.put("/sandbox/pace", "{\"source\":\"plane\",\"changesPerSecond\":2000}");
        long begin = client.get("/sandbox").at("/sources/plane/sequence").longValue();
        while (client.get("/sandbox").at("/sources/plane/sequence").longValue() < begin + 500) {
            LockSupport.parkNanos(20_000_000);
        }
        client.put("/sandbox/pace", "{\"changesPerSecond\":0}");

        assertThat(listAll("work-items/")).isEqualTo(truth("work_item"));
        assertThat(listAll("states/")).isEqualTo(truth("state"));
        assertThat(listAll("labels/")).isEqualTo(truth("label"));
        assertThat(listAll("cycles/")).isEqualTo(truth("cycle"));
        assertThat(listAll("modules/")).isEqualTo(truth("module"));
    }

    @Test
    void listsTheCommentsOfAWorkItem() throws Exception {
        JsonNode comment = client.state("plane", "comment").iterator().next();

        JsonNode page = json(get(PROJECTS + comment.path("project").textValue() + "/work-items/"
                + comment.path("issue").textValue() + "/comments/"));

        assertThat(page.path("results")).contains(comment);
    }

    @Test
    void pagesByCursor() throws Exception {
        JsonNode first = json(get(items() + "?per_page=20&order_by=created_at"));
        assertThat(first.path("results")).hasSize(20);
        assertThat(first.path("next_cursor").textValue()).isEqualTo("20:1:0");
        assertThat(first.path("prev_page_results").booleanValue()).isFalse();

        JsonNode second = json(get(items() + "?per_page=20&order_by=created_at&cursor=20:1:0"));
        assertThat(second.path("results").get(0).path("created_at").textValue())
                .isGreaterThanOrEqualTo(
                        first.path("results").get(19).path("created_at").textValue());
        assertThat(second.path("total_count")).isEqualTo(first.path("total_count"));

        JsonNode beyond = json(get(items() + "?cursor=100:9999:0"));
        assertThat(beyond.path("results")).isEmpty();
        assertThat(beyond.path("next_page_results").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "?per_page=101,400",
        "?per_page=0,400",
        "?per_page=ten,400",
        "?cursor=abc,400",
        "?cursor=100:-1:0,400",
        "?cursor=0:1:0,400",
        "?order_by=size,400",
        "00000000-0000-4000-8000-000000000000/,404"
    })
    void refusesWhatIsNotThere(String suffix, int status) throws Exception {
        assertThat(get(items() + suffix).statusCode()).isEqualTo(status);
    }

    @Test
    void refusesCallersWithoutTheKeyAndOtherWorkspaces() throws Exception {
        assertThat(client.send(client.request(PROJECTS).build()).statusCode()).isEqualTo(401);
        assertThat(get("/plane/api/v1/workspaces/other/projects/").statusCode()).isEqualTo(403);
        assertThat(get("/plane/api/v1/elsewhere/").statusCode()).isEqualTo(404);
        assertThat(client.send(client.request(PROJECTS)
                                .header("X-API-Key", SandboxClient.TOKEN)
                                .DELETE()
                                .build())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void allowsSoManyRequestsAMinuteAndTellsWhenToComeBack() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-05T08:00:30Z"));
        PlaneUpstream upstream = new PlaneUpstream("key", 2, 1, (InstantSource) now::get);
        Call call = new Call("GET", PROJECTS, Map.of(), Map.of("x-api-key", "key"), new byte[0]);

        assertThat(upstream.answer(call, Distortion.NONE).headers()).containsEntry("X-RateLimit-Remaining", "1");
        assertThat(upstream.answer(call, Distortion.NONE).status()).isEqualTo(200);
        Reply refused = upstream.answer(call, Distortion.NONE);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers())
                .containsEntry("X-RateLimit-Remaining", "0")
                .containsEntry(
                        "X-RateLimit-Reset",
                        Long.toString(Instant.parse("2026-01-05T08:01:00Z").getEpochSecond()));

        now.set(Instant.parse("2026-01-05T08:01:00Z"));
        assertThat(upstream.answer(call, Distortion.NONE).status()).isEqualTo(200);
    }

    @Test
    void livesTheSameLifeUnderTheSameSeed() {
        PlaneUpstream one = new PlaneUpstream("key", 600, 4, InstantSource.system());
        PlaneUpstream same = new PlaneUpstream("key", 600, 4, InstantSource.system());
        int begun = one.count("work_item");
        for (int event = 0; event < 5_000; event++) {
            one.live();
            same.live();
        }
        for (String entityType : one.entityTypes()) {
            assertThat(one.living(entityType)).isEqualTo(same.living(entityType));
        }
        assertThat(one.count("work_item")).isBetween((int) (begun * 0.95), (int) (begun * 1.05));
    }

    @Test
    void servesPagesTwiceAndLosesNone() throws Exception {
        client.put("/sandbox/faults", "{\"source\":\"plane\",\"duplicatePages\":4}");

        assertThat(listAll("work-items/")).isEqualTo(truth("work_item"));
    }

    @Test
    void pretendsThatThereIsNothing() throws Exception {
        client.put("/sandbox/faults", "{\"source\":\"plane\",\"emptyListing\":true}");

        JsonNode page = json(get(items()));

        assertThat(page.path("results")).isEmpty();
        assertThat(page.path("total_count").intValue()).isZero();
        assertThat(page.path("next_page_results").booleanValue()).isFalse();
    }

    @Test
    void takesAlongWhatHangsOnADeletedProject() throws Exception {
        String project = "0b51a6a0-5a3f-4c8e-9d6e-3f1f5ed2a001";
        String item = "0b51a6a0-5a3f-4c8e-9d6e-3f1f5ed2a002";
        change("created", "project", project, ",\"data\":{\"name\":\"Own\"}");
        change("created", "work_item", item, ",\"data\":{\"name\":\"Task\",\"project\":\"" + project + "\"}");
        assertThat(json(get(PROJECTS + project + "/work-items/")).path("results"))
                .hasSize(1);

        change("deleted", "project", project, "");

        assertThat(get(PROJECTS + project + "/").statusCode()).isEqualTo(404);
        assertThat(client.state("plane", "work_item").has(item)).isFalse();
        HttpResponse<byte[]> orphan = client.post(
                "/sandbox/changes",
                "{\"source\":\"plane\",\"changes\":[{\"operation\":\"created\",\"entityType\":\"label\",\"entityId\":\""
                        + item + "\",\"data\":{\"project\":\"" + project + "\"}}]}");
        assertThat(json(orphan).at("/error/field").textValue()).isEqualTo("changes[0].data.project");
    }

    @Test
    void tellsByTheTimeWhatWasChanged() throws Exception {
        JsonNode comment = client.state("plane", "comment").iterator().next();
        String item = comment.path("issue").textValue();
        JsonNode before = client.state("plane", "work_item").path(item);

        change("updated", "comment", comment.path("id").textValue(), ",\"data\":{\"comment_stripped\":\"Edited\"}");

        JsonNode newest = json(get(PROJECTS + comment.path("project").textValue()
                        + "/work-items/?order_by=-updated_at&per_page=1"))
                .at("/results/0");
        assertThat(newest.path("id").textValue()).isEqualTo(item);
        assertThat(newest.path("updated_at").textValue())
                .isGreaterThan(before.path("updated_at").textValue());
    }

    @Test
    void showsNobodyWhatIsInAProjectThatHeIsNoMemberOf() throws Exception {
        String project = "0b51a6a0-5a3f-4c8e-9d6e-3f1f5ed2a003";
        change("created", "project", project, ",\"data\":{\"name\":\"Closed\",\"is_member\":false}");

        assertThat(get(PROJECTS + project + "/work-items/").statusCode()).isEqualTo(403);

        change("deleted", "project", project, "");
    }

    private void change(String operation, String entityType, String entityId, String data) throws Exception {
        HttpResponse<byte[]> response = client.post(
                "/sandbox/changes",
                "{\"source\":\"plane\",\"changes\":[{\"operation\":\"" + operation + "\",\"entityType\":\"" + entityType
                        + "\",\"entityId\":\"" + entityId + "\"" + data + "}]}");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(
                client.request(path).header("X-API-Key", SandboxClient.TOKEN).build());
    }

    private String items() throws Exception {
        return PROJECTS + projects().get(0) + "/work-items/";
    }

    private List<String> projects() throws Exception {
        List<String> ids = new ArrayList<>();
        client.state("plane", "project").fieldNames().forEachRemaining(ids::add);
        return ids;
    }

    private Map<String, JsonNode> listAll(String collection) throws Exception {
        Map<String, JsonNode> listed = new HashMap<>();
        for (String project : projects()) {
            String cursor = "100:0:0";
            boolean more = true;
            while (more) {
                JsonNode page = json(get(PROJECTS + project + "/" + collection + "?cursor=" + cursor));
                page.path("results")
                        .forEach(record -> listed.put(record.path("id").textValue(), record));
                assertThat(page.path("next_cursor").textValue()).isNotEqualTo(cursor);
                cursor = page.path("next_cursor").textValue();
                more = page.path("next_page_results").booleanValue();
            }
        }
        return listed;
    }

    private Map<String, JsonNode> truth(String entityType) throws Exception {
        Map<String, JsonNode> truth = new HashMap<>();
        client.state("plane", entityType).properties().forEach(entity -> truth.put(entity.getKey(), entity.getValue()));
        return truth;
    }
}
