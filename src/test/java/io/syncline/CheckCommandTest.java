package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code check} as a person runs it: what it shows, what it tells, its exit code, and that it writes nothing. */
final class CheckCommandTest {

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String shown, String told) {}

    @BeforeEach
    void copyTheRoutes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes/sources"))) {
            files.filter(Files::isRegularFile).forEach(this::copy);
        }
    }

    @Test
    void pullsOnePageOfTheConfiguredUpstreamAndWritesNothing() throws Exception {
        try (Sandbox sandbox =
                Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0))) {
            Files.writeString(
                    folder.resolve("application.properties"), """
                    syncline.integration.works.source=plane
                    syncline.integration.works.url=%s/plane
                    syncline.integration.works.workspace=syncline
                    syncline.integration.works.token=%s
                    """.formatted(sandbox.url(), Settings.SANDBOX_TOKEN));
            List<Path> before = files();

            Outcome outcome = check("routes/sources/plane", "--stream", "states");

            assertThat(outcome.exitCode()).as(outcome.told()).isZero();
            assertThat(outcome.shown().lines())
                    .hasSize(5)
                    .allMatch(line -> line.startsWith("{\"entityType\":\"PlaneState\""));
            assertThat(outcome.told()).contains("Pulling works").contains("The source plane is sound");
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    void tellsWhatARecordedAnswerHoldsThatDoesNotFit() throws Exception {
        Path recorded = Files.writeString(folder.resolve("projects.json"), """
                {"results": [{"id": "7f2c6a52-5f0a-4c1c-9b06-0d2c6d1f4f11", "name": "Works", "identifier": 7}],
                 "total_count": 1, "next_page_results": false}
                """);

        Outcome outcome = check("routes/sources/plane", "--recorded", recorded.toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.told())
                .contains("routes/sources/plane/entities.graphqls:16: PlaneProject.identifier is 7, not text")
                .contains("The source plane is to be mended: 1 violation(s)")
                .doesNotContain("\tat ");
    }

    @Test
    void tellsThatAnUpstreamCannotBePulledAndHowTheCommandIsCalled() throws Exception {
        Files.writeString(folder.resolve("application.properties"), """
                syncline.integration.works.source=plane
                syncline.integration.works.url=http://127.0.0.1:%d
                syncline.integration.works.workspace=syncline
                syncline.integration.works.token=not-to-be-shown
                """.formatted(SynclineProcess.freePort()));

        Outcome unreachable = check("routes/sources/plane");
        assertThat(unreachable.exitCode()).isEqualTo(2);
        assertThat(unreachable.told())
                .contains("Nothing could be pulled (transient): the upstream cannot be reached")
                .doesNotContain("not-to-be-shown");

        Outcome absent = check("routes/sources/plane", "--recorded", "nothing.json");
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.told().strip()).isEqualTo("--recorded nothing.json: there is no such file");

        Outcome misused = check("routes/sources/plane", "--integration");
        assertThat(misused.exitCode()).isEqualTo(2);
        assertThat(misused.told()).startsWith("Usage: check routes/sources/<source>");
    }

    private Outcome check(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                Syncline.class.getName(),
                "check"));
        command.addAll(List.of(arguments));
        Path shown = Files.createTempFile("check", ".out");
        Path told = Files.createTempFile("check", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(shown.toFile())
                    .redirectError(told.toFile())
                    .start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            return new Outcome(process.exitValue(), Files.readString(shown), Files.readString(told));
        } finally {
            Files.delete(shown);
            Files.delete(told);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    private void copy(Path file) {
        try {
            Path copy = folder.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
