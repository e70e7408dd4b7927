package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RouteSchemaTest {

    @TempDir
    private Path folder;

    private final RouteSchema schema = new RouteSchema();

    @Test
    void acceptsEveryFileOfTheProject() {
        List<Path> files = new RouteLayout(Path.of("routes")).files();

        assertThat(files).hasSizeGreaterThan(4).allSatisfy(file -> schema.check(RouteFile.read(file)));
    }

    @Test
    void namesFileLineAndReasonOfWhatIsNoYaml() throws IOException {
        Path file = Files.writeString(folder.resolve("x.camel.yaml"), "- route:\n    id: [a\n    from: b\n");

        assertThatThrownBy(() -> RouteFile.read(file))
                .isInstanceOf(RouteFileException.class)
                .hasMessageStartingWith(file + ":3: ");
    }

    @Test
    void namesFileLineAndReasonOfAnUnknownStep() throws IOException {
        Path file = Files.writeString(folder.resolve("x.camel.yaml"), """
                - route:
                    id: x
                    from:
                      uri: direct:x
                      steps:
                        - log: hello
                        - sendTo: direct:y
                """);

        assertThatThrownBy(() -> schema.check(RouteFile.read(file)))
                .isInstanceOf(RouteFileException.class)
                .hasMessageStartingWith(file + ":7: ")
                .hasMessageContaining("sendTo");
    }
}
