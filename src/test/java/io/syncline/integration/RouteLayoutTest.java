package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where routes may lie. */
final class RouteLayoutTest {

    @Test
    void mayBeLinksAsConfigurationsAreMounted(@TempDir Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("mounted/..data"));
        Files.writeString(data.resolve("one.camel.yaml"), "");
        Path acme = Files.createDirectories(folder.resolve("acme"));
        Files.writeString(acme.resolve("acme.camel.yaml"), "");
        Files.createSymbolicLink(folder.resolve("mounted/one.camel.yaml"), Path.of("..data/one.camel.yaml"));
        Files.createDirectories(folder.resolve("mounted/sources"));
        Files.createSymbolicLink(folder.resolve("mounted/sources/acme"), acme);
        Path routes = Files.createSymbolicLink(folder.resolve("routes"), folder.resolve("mounted"));

        RouteLayout layout = new RouteLayout(routes);

        assertThat(layout.files())
                .containsExactly(routes.resolve("one.camel.yaml"), routes.resolve("sources/acme/acme.camel.yaml"));
        assertThat(layout.sourceNames()).containsExactly("acme");
    }
}
