package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More integrations ask for their turn than the pipeline's queue has room for: none is forgotten. */
final class FullQueueTest {

    private static final List<String> INTEGRATIONS = List.of("a", "b", "c", "d");

    @TempDir
    private Path folder;

    @Test
    void runsEveryJobOnceThereIsRoom() throws IOException {
        Projects gate = new Projects(1, 1);
        gate.hold();
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("gate", gate);
            Map<String, String> properties = new HashMap<>();
            for (String id : INTEGRATIONS) {
                upstream.script(id, new Projects(5, 5));
                properties.putAll(Hub.integration(id, upstream.url(id), "project"));
            }
            properties.put("syncline.routes", narrowRoutes(upstream.url("gate")).toString());
            try (Hub hub = Hub.start(folder, TestDatabase.sqlite(folder), properties)) {
                List<String> jobs = new ArrayList<>();
                jobs.add(hub.startJob("a", "full_sync", null));
                Waiting.until("the pipeline to be busy", () -> upstream.asked("gate").stream()
                        .findFirst());
                for (String id : INTEGRATIONS.subList(1, INTEGRATIONS.size())) {
                    jobs.add(hub.startJob(id, "full_sync", null));
                }

                gate.giveAll();

                for (String job : jobs) {
                    assertThat(hub.await(job, "completed", "failed")
                                    .path("status")
                                    .asText())
                            .isEqualTo("completed");
                }
            }
        }
    }

    /** With room for one, and a pipeline that first of all waits until a gate is open. */
    private Path narrowRoutes(String gate) throws IOException {
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        CopiedRoutes.edit(routes.resolve("schedule.camel.yaml"), "seda:sync?size=10000", "seda:sync?size=1");
        CopiedRoutes.edit(
                routes.resolve("pipeline.camel.yaml"),
                "size: 10000\n      steps:\n",
                "size: 1\n      steps:\n        - setBody:\n            constant: '{}'\n        - to: " + gate
                        + "?httpClient=#upstream&httpMethod=POST\n");
        return routes;
    }
}
