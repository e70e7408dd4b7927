package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.management.Hub.Answer;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Asked;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a job that pulls from the beginning does, and does not, on one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FullSync {

    private static final int COUNT = 300;
    private static final int PAGE = 50;

    private final Database.Dialect dialect;
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Map<String, Projects> projects = new HashMap<>();
    private Hub hub;

    FullSync(Database.Dialect dialect) {
        this.dialect = dialect;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        Map<String, String> properties = new HashMap<>();
        for (String id :
                List.of("same", "counted", "beside", "gone", "held", "back", "meanwhile", "ill", "some", "types")) {
            projects.put(id, new Projects(COUNT, PAGE));
            upstream.script(id, projects.get(id));
            properties.putAll(
                    Hub.integration(id, upstream.url(id), id.equals("types") ? "project,form,point" : "project"));
        }
        hub = Hub.start(folder, TestDatabase.of(dialect, folder), properties);
    }

    @AfterAll
    void stop() {
        hub.close();
        upstream.close();
    }

    @Test
    void appendsNothingOfWhatDidNotChange() {
        run("same", "full_sync", null);

        JsonNode again = run("same", "full_sync", null);

        assertThat(again.at("/result/processed").asInt()).isEqualTo(COUNT);
        assertThat(again.at("/stats/unchanged").asInt()).isEqualTo(COUNT);
        assertThat(changes("same")).hasSize(COUNT);
    }

    @Test
    void tellsHowFarItIsByTheLastPageThatIsAppended() {
        Projects counted = projects.get("counted");
        run("counted", "full_sync", null);
        counted.hold();
        String id = hub.startJob("counted", "full_sync", null);
        counted.give(1);
        awaitProcessed(id, PAGE);

        counted.give(2);
        JsonNode job = awaitProcessed(id, 3 * PAGE);

        // What is written down now and then was so before the page in hand at that time.
        assertThat(job.path("progress").asInt()).isEqualTo(100 * 3 * PAGE / COUNT);
        assertThat(job.at("/stats/estimatedTotal").asInt()).isEqualTo(COUNT);
        counted.giveAll();
        assertThat(hub.await(id, "completed").path("progress").asInt()).isEqualTo(100);
    }

    @Test
    void pullsFromTheBeginningBesideTheIncrementalAndGoesOnFromItsOwnCheckpoint() {
        Projects beside = projects.get("beside");
        run("beside", "incremental_sync", null);
        beside.hold();
        String full = hub.startJob("beside", "full_sync", null);
        beside.give(2);
        awaitAsked("beside", COUNT / PAGE + 3);
        hub.post("/api/sync/jobs/" + full + "/stop", null);
        beside.giveAll();
        hub.await(full, "stopped");

        run("beside", "incremental_sync", null);
        assertThat(lastCursor("beside")).contains(Integer.toString(COUNT));
        hub.post("/api/sync/jobs/" + full + "/resume", null);
        JsonNode done = hub.await(full, "completed");

        assertThat(done.at("/result/processed").asInt()).isEqualTo(COUNT);
        assertThat(upstream.asked("beside").stream()
                        .filter(asked -> asked.cursor().isEmpty()))
                .as("once by each full sync, and by none that goes on")
                .hasSize(2);
        assertThat(changes("beside")).hasSize(COUNT);
    }

    @Test
    void deletesWhatACompleteRunDidNotSee() {
        run("gone", "full_sync", null);
        projects.get("gone").remove(10, 29);

        assertThat(run("gone", "incremental_sync", null).at("/result/deleted").asInt())
                .isZero();
        JsonNode full = run("gone", "full_sync", null);

        assertThat(full.at("/result/deleted").asInt()).isEqualTo(20);
        assertThat(full.at("/result/heldBack").asInt()).isZero();
        assertThat(changes("gone").stream().filter(change -> operation(change).equals("deleted")))
                .hasSize(20);
    }

    @Test
    void holdsManyDeletesBackUntilTheyAreApproved() {
        run("held", "full_sync", null);
        projects.get("held").remove(101, 300);

        JsonNode full = run("held", "full_sync", null);
        String id = full.path("id").asText();

        assertThat(full.at("/result/deleted").asInt()).isZero();
        assertThat(full.at("/result/heldBack").asInt()).isEqualTo(200);
        assertThat(full.path("logs").findValuesAsText("message")).anyMatch(line -> line.contains("/approve"));
        assertThat(changes("held")).hasSize(COUNT);
        Answer approved = hub.post("/api/sync/jobs/" + id + "/approve", null);
        assertThat(approved.status()).as(approved.body().toString()).isEqualTo(200);
        assertThat(approved.body().path("deletes").asInt()).isEqualTo(200);
        JsonNode done = hub.await(id, "completed");
        assertThat(done.at("/result/deleted").asInt()).isEqualTo(200);
        assertThat(done.at("/result/heldBack").asInt()).isZero();
        assertThat(hub.post("/api/sync/jobs/" + id + "/approve", null).status()).isEqualTo(409);
    }

    @Test
    void leavesWhatItHeldBackToALaterFullSync() {
        Projects back = projects.get("back");
        run("back", "full_sync", null);
        back.remove(1, 200);
        JsonNode first = run("back", "full_sync", null);
        assertThat(first.at("/result/heldBack").asInt()).isEqualTo(200);
        for (int number = 1; number <= 200; number++) {
            back.rename(number, "P" + number);
        }

        run("back", "full_sync", null);

        String id = first.path("id").asText();
        assertThat(hub.job(id).at("/result/heldBack").asInt()).isZero();
        assertThat(hub.post("/api/sync/jobs/" + id + "/approve", null).status()).isEqualTo(409);
        assertThat(changes("back").stream().filter(change -> operation(change).equals("deleted")))
                .isEmpty();
    }

    @Test
    void keepsWhatAnotherJobSawSinceItBegan() {
        Projects meanwhile = projects.get("meanwhile");
        run("meanwhile", "full_sync", null);
        meanwhile.hold();
        String full = hub.startJob("meanwhile", "full_sync", null);
        meanwhile.give(1);
        awaitAsked("meanwhile", COUNT / PAGE + 2);
        hub.post("/api/sync/jobs/" + full + "/stop", null);
        meanwhile.giveAll();
        hub.await(full, "stopped");
        meanwhile.listUpTo(COUNT);
        meanwhile.rename(COUNT + 1, "New");
        assertThat(run("meanwhile", "incremental_sync", null)
                        .at("/result/created")
                        .asInt())
                .isEqualTo(1);

        hub.post("/api/sync/jobs/" + full + "/resume", null);

        assertThat(hub.await(full, "completed").at("/result/deleted").asInt()).isZero();
    }

    @Test
    void keepsWhatIsThereButCannotBeRead() {
        run("ill", "full_sync", null);
        projects.get("ill").rename(7, "");

        JsonNode full = run("ill", "full_sync", null);

        assertThat(full.at("/result/quarantined").asInt()).isEqualTo(1);
        assertThat(full.at("/result/errors").asInt()).isEqualTo(1);
        assertThat(full.at("/result/deleted").asInt()).isZero();
    }

    @Test
    void takesTheProjectsThatAreSelectedAndDeletesNothing() {
        JsonNode selective = run(
                "some", "selective_sync", "{\"projectIds\":[\"" + Projects.id(3) + "\",\"" + Projects.id(250) + "\"]}");

        assertThat(selective.at("/result/created").asInt()).isEqualTo(2);
        assertThat(changes("some").stream()
                        .map(change -> change.path("entityId").asText()))
                .containsExactly(Projects.id(3), Projects.id(250));
        JsonNode next = run("some", "incremental_sync", null);
        assertThat(next.path("type").asText())
                .as("a selective sync is no baseline")
                .isEqualTo("full_sync");
        assertThat(run("some", "selective_sync", "{\"projectIds\":[\"" + Projects.id(3) + "\"]}")
                        .at("/result/deleted")
                        .asInt())
                .isZero();
    }

    @Test
    void pullsTheStreamsOfTheTypesThatAreSelected() {
        JsonNode selective = run("types", "selective_sync", "{\"entityTypes\":[\"Project\"]}");

        assertThat(selective.at("/result/created").asInt()).isEqualTo(COUNT);
        assertThat(upstream.asked("types")).allMatch(asked -> asked.query().contains("projectSync"));
        int asked = upstream.asked("types").size();
        JsonNode none = run("types", "selective_sync", "{\"excludeEntityTypes\":[\"Project\",\"Form\",\"Point\"]}");
        assertThat(none.at("/result/processed").asInt()).isZero();
        assertThat(upstream.asked("types")).hasSize(asked);
    }

    private JsonNode run(String integrationId, String type, String options) {
        return hub.await(hub.startJob(integrationId, type, options), "completed");
    }

    private Optional<String> lastCursor(String id) {
        List<Asked> asked = upstream.asked(id);
        return asked.get(asked.size() - 1).cursor();
    }

    private void awaitAsked(String id, int requests) {
        Waiting.until(
                requests + " requests",
                () -> Optional.of(upstream.asked(id).size()).filter(asked -> asked >= requests));
    }

    private JsonNode awaitProcessed(String jobId, int records) {
        return Waiting.until(records + " records", () -> Optional.of(hub.job(jobId))
                .filter(job -> job.at("/result/processed").asInt() == records));
    }

    /** Every change of an integration, in order. */
    private List<JsonNode> changes(String id) {
        List<JsonNode> changes = new ArrayList<>();
        String cursor = "";
        boolean more = true;
        while (more) {
            JsonNode page = hub.get("/api/changes?limit=1000&integrationId=" + id + "&cursor=" + cursor)
                    .body();
            page.path("changes").forEach(changes::add);
            cursor = page.path("cursor").asText();
            more = page.path("hasMore").asBoolean();
        }
        return changes;
    }

    private static String operation(JsonNode change) {
        return change.path("operation").asText();
    }
}
