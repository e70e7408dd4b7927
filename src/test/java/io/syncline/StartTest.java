package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who starts Syncline with something wrong: an exit code of 1 and a line that names what to mend. */
final class StartTest {

    @TempDir
    private Path folder;

    @Test
    void namesThePropertyOfATakenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(Map.of("syncline.port", Integer.toString(taken.getLocalPort()))))
                    .contains("syncline.port (SYNCLINE_PORT)")
                    .contains(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void namesThePropertyOfATakenSandboxPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refusal(Map.of(
                            "syncline.sandbox",
                            "true",
                            "syncline.sandbox.port",
                            Integer.toString(taken.getLocalPort()))))
                    .contains("syncline.sandbox.port (SYNCLINE_SANDBOX_PORT)");
        }
    }

    @Test
    void namesThePropertyOfAnUnknownSourceAndTheSourcesThereAre() throws Exception {
        assertThat(refusal(Map.of("syncline.integration.acme.source", "latsbuild")))
                .contains("syncline.integration.acme.source")
                .contains("latsbuild")
                .contains("letsbuild");
    }

    @Test
    void namesThePropertyOfAnUnreachableDatabase() throws Exception {
        assertThat(refusal(Map.of(
                        "syncline.db.url",
                        "jdbc:postgresql://127.0.0.1:" + SynclineProcess.freePort() + "/syncline",
                        "syncline.db.password",
                        "do-not-print")))
                .contains("syncline.db.url")
                .doesNotContain("do-not-print");
    }

    @Test
    void namesThePropertyOfADataFolderThatCannotBeWritten() throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));

        assertThat(refusal(Map.of("syncline.data", file.resolve("data").toString())))
                .contains("syncline.data")
                .contains("a-file");
    }

    @Test
    void namesThePropertyOfADataFolderThatAnotherProcessHas() throws Exception {
        try (Database held = TestDatabase.sqlite(folder.resolve("data")).open()) {
            assertThat(held.dialect()).isEqualTo(Database.Dialect.SQLITE);
            assertThat(refusal(Map.of("syncline.data", folder.resolve("data").toString())))
                    .contains("is in use by another Syncline")
                    .contains("syncline.data (SYNCLINE_DATA)");
        }
    }

    @Test
    void namesThePropertyOfRoutesThatAreNotThere() throws Exception {
        assertThat(refusal(Map.of("syncline.routes", folder.resolve("elsewhere").toString())))
                .contains("elsewhere")
                .contains("syncline.routes (SYNCLINE_ROUTES)");
    }

    @Test
    void namesTheLineOfADescriptionOfTheApiThatIsNoJson() throws Exception {
        Path api = Files.createDirectories(folder.resolve("routes/api"));
        Files.createSymbolicLink(
                folder.resolve("routes/sources"), Path.of("routes/sources").toAbsolutePath());
        Files.writeString(api.resolve("openapi.json"), "{\n  \"openapi\": 3.1.0\n}");

        assertThat(refusal(Map.of("syncline.routes", folder.resolve("routes").toString())))
                .contains("openapi.json:2: ");
    }

    @Test
    void namesEveryMalformedValue() throws Exception {
        assertThat(refusal(Map.of("syncline.port", "http", "syncline.log.format", "xml", "syncline.prot", "1")))
                .contains("syncline.port is \"http\", but must be a whole number")
                .contains("syncline.log.format is \"xml\", but must be plain or json")
                .contains("syncline.prot is not a known property; did you mean syncline.port?");
    }

    /** What it says before it gives up. */
    private String refusal(Map<String, String> properties) throws Exception {
        try (SynclineProcess syncline = SynclineProcess.start(folder, properties)) {
            assertThat(syncline.exitCode()).isEqualTo(1);
            String output = syncline.output();
            assertThat(output)
                    .contains("Syncline cannot start")
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception:");
            assertThat(output.lines().count()).isLessThanOrEqualTo(5);
            return output;
        }
    }
}
