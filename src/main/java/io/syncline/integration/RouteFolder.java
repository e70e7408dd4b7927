package io.syncline.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The folder of Camel routes. */
public final class RouteFolder {

    private static final String SUFFIX = ".camel.yaml";

    private final Path folder;

    /** @param folder as {@code syncline.routes} has it */
    public RouteFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Adds all routes to a context that has not started yet.
     *
     * @throws RouteFileException naming the file at fault
     */
    public void load(CamelContext context) {
        for (Path file : files()) {
            try {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "file:" + file));
            } catch (Exception failure) {
                throw new RouteFileException(file + ": " + failure.getMessage(), failure);
            }
        }
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            throw new RouteFileException(
                    "syncline.routes: there is no folder " + folder.toAbsolutePath() + " to read routes from");
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        } catch (IOException unreadable) {
            throw new RouteFileException(folder + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
