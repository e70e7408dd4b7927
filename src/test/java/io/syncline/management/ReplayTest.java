package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fix in the files of a source heals what is in quarantine. */
final class ReplayTest {

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Projects projects = new Projects(20, 10);
    private Hub hub;
    private String id;

    @BeforeEach
    void start() {
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        upstream.script("x", projects);
        projects.rename(15, "");
        Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
        properties.put("syncline.routes", routes.toString());
        hub = Hub.start(folder, TestDatabase.sqlite(folder), properties);
        hub.await(hub.startJob("x", "full_sync", null), "completed");
        id = hub.get("/api/sync/quarantine").body().at("/quarantine/0/id").asText();
    }

    @AfterEach
    void stop() {
        hub.close();
        upstream.close();
    }

    @Test
    void pullsThePageAgainByTheRouteAsItIsNow() throws IOException {
        int before = upstream.asked("x").size();
        edit("letsbuild.camel.yaml", "{changes,", "{changes: [.changes[] | .data.name = (.data.name // \"unnamed\")],");

        awaitHealed();

        assertThat(project15().at("/data/name").asText()).isEqualTo("unnamed");
        // A sync that comes in between asks for what is behind the last page.
        assertThat(upstream.asked("x").stream().skip(before).map(ScriptedUpstream.Asked::cursor))
                .contains(Optional.of("10"));
    }

    @Test
    void readsWhatWasKeptByTheTypesAsTheyAreNowWhereTheUpstreamIsAway() throws IOException {
        projects.fail(Answer.status(500));
        edit("entities.graphqls", "name: String!", "name: String");

        awaitHealed();

        assertThat(project15().at("/data/code").asText()).isEqualTo("C");
    }

    private void awaitHealed() {
        Waiting.until(
                "the record to be healed", () -> Optional.of(hub.post("/api/sync/quarantine/" + id + "/retry", null))
                        .filter(answer -> answer.status() == 200));
        assertThat(hub.get("/api/sync/quarantine").body().path("total").asInt()).isZero();
    }

    private JsonNode project15() {
        for (JsonNode change : hub.get("/api/changes?limit=1000").body().path("changes")) {
            if (change.path("entityId").asText().equals(Projects.id(15))) {
                return change;
            }
        }
        throw new AssertionError("no project 15");
    }

    private void edit(String file, String from, String to) throws IOException {
        CopiedRoutes.edit(folder.resolve("routes/sources/letsbuild").resolve(file), from, to);
    }
}
