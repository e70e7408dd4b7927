package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route file that cannot be used as it was saved: health, open to everyone, says which; why, only who may look at jobs is told. */
final class RefusedFileTest {

    private static final String PASSWORD = "correct-horse-battery";

    @TempDir
    private Path folder;

    @Test
    void tellsEveryoneWhichFileAndThoseWithATokenWhy() throws IOException {
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script("x", new Projects(5, 5));
            Map<String, String> properties = new HashMap<>(Hub.integration("x", upstream.url("x"), "project"));
            properties.put("syncline.routes", routes.toString());
            properties.put("syncline.integration.x.token", PASSWORD);
            try (Hub hub = Hub.start(folder, TestDatabase.sqlite(folder), properties)) {
                Path file = routes.resolve("sources/letsbuild/letsbuild.camel.yaml");
                String text = Files.readString(file);
                // A scheme that there is not, named with what is secret.
                Files.writeString(file, text.replace("- to: ", "- to: nowhere-{{token}}:"));

                String reason = Waiting.until(
                        "health to say so", () -> Optional.of(hub.send("GET", "/observe/health", "none", null)
                                        .body()
                                        .at("/integrations/x/reason")
                                        .asText())
                                .filter(told -> told.contains("cannot be used")));

                assertThat(reason).contains("letsbuild.camel.yaml").doesNotContain("nowhere", PASSWORD);
                assertThat(hub.get("/api/sync/integrations/status")
                                .body()
                                .at("/integrations/0/trouble")
                                .asText())
                        .contains(file.toString(), "nowhere-***")
                        .doesNotContain(PASSWORD);
            }
        }
    }
}
