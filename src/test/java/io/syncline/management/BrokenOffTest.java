package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose exchange ends without its route having come to an end, as where the route is stopped by force. */
final class BrokenOffTest {

    @TempDir
    private Path folder;

    @Test
    void goesOnFromItsCheckpoint() throws IOException {
        Projects projects = new Projects(10, 5);
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", asked -> asked.number() == 2 ? Answer.status(401) : projects.answer(asked));
            Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
            properties.put("syncline.routes", routesThatHandleNothing().toString());
            try (Hub hub = Hub.start(folder, TestDatabase.sqlite(folder), properties)) {
                String job = hub.startJob("x", "full_sync", null);

                JsonNode done = hub.await(job, "completed", "failed", "paused");

                assertThat(done.path("status").asText()).isEqualTo("completed");
                assertThat(done.at("/result/processed").asInt()).isEqualTo(10);
                assertThat(upstream.asked("x")).hasSize(3);
                assertThat(upstream.asked("x").get(2).cursor()).contains("5");
            }
        }
    }

    /** What a page fails with ends its exchange, and no step of the routes hears of it. */
    private Path routesThatHandleNothing() throws IOException {
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        Path resilience = routes.resolve("resilience.camel.yaml");
        String text = Files.readString(resilience);
        String last = "- java.lang.Throwable";
        assertThat(text).contains(last);
        Files.writeString(resilience, text.replace(last, "- java.lang.StackOverflowError"));
        return routes;
    }
}
