package io.syncline.integration;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What lies where in the folder of routes. Immutable. */
record RouteLayout(Path folder) {

    static final String ROUTES = ".camel.yaml";

    boolean isRoutes(Path file) {
        return file.getFileName().toString().endsWith(ROUTES) && !isHidden(file);
    }

    boolean isEntityTypes(Path file) {
        return file.getFileName().toString().equals("entities.graphqls") && !isHidden(file);
    }

    /** Whether a file is a query that a source sends to its upstream. */
    boolean isQuery(Path file) {
        return file.getFileName().toString().endsWith(".graphql")
                && sourceOf(file).isPresent()
                && !isHidden(file);
    }

    /** Whether it is what editors, version control and copying tools leave for a moment or for themselves. */
    private boolean isHidden(Path file) {
        Path inside = file.startsWith(folder) ? folder.relativize(file) : file.getFileName();
        for (Path name : inside) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file serves the API, on which no integration depends. */
    boolean isApi(Path file) {
        return file.startsWith(folder.resolve("api"));
    }

    /** The source that a file belongs to; empty for one that is all integrations'. */
    Optional<String> sourceOf(Path file) {
        return file.startsWith(sources()) && file.getNameCount() > sources().getNameCount() + 1
                ? Optional.of(file.getName(sources().getNameCount()).toString())
                : Optional.empty();
    }

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
        return all().filter(this::isRoutes).toList();
    }

    /** All queries of sources that there are now. */
    List<Path> queries() {
        return all().filter(this::isQuery).toList();
    }

    private Stream<Path> all() {
        if (!Files.isDirectory(folder)) {
            throw new RouteFileException(
                    "syncline.routes: there is no folder " + folder.toAbsolutePath() + " to read routes from");
        }
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return all.sorted().toList().stream();
        } catch (IOException unreadable) {
            throw new RouteFileException(folder + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
