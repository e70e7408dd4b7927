package io.syncline.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies where in the folder of routes. Immutable. */
record RouteLayout(Path folder) {

    static final String ROUTES = ".camel.yaml";

    Path sources() {
        return folder.resolve("sources");
    }

    Path source(String name) {
        return sources().resolve(name);
    }

    /** The names of the sources that there are now. */
    List<String> sourceNames() {
        if (!Files.isDirectory(sources())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(sources())) {
            return folders.filter(Files::isDirectory)
                    .map(source -> source.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new RouteFileException(sources() + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** All files of routes that there are now. */
    List<Path> files() {
        if (!Files.isDirectory(folder)) {
            throw new RouteFileException(
                    "syncline.routes: there is no folder " + folder.toAbsolutePath() + " to read routes from");
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().endsWith(ROUTES))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new RouteFileException(folder + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
