package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A file of routes and what it defines, by id.
 *
 * @param rests whether it defines REST endpoints
 */
record RouteFile(
        Path path,
        String text,
        RouteYaml yaml,
        Set<String> routes,
        Set<String> templates,
        Set<String> configurations,
        boolean rests) {

    /**
     * Reads a file and parses it.
     *
     * @throws RouteFileException naming file, line and reason
     */
    static RouteFile read(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException unreadable) {
            throw new RouteFileException(path + ": cannot be read: " + unreadable, unreadable);
        }
        RouteYaml yaml = RouteYaml.parse(path, text);
        Set<String> routes = new LinkedHashSet<>();
        Set<String> templates = new LinkedHashSet<>();
        Set<String> configurations = new LinkedHashSet<>();
        boolean rests = false;
        for (JsonNode item : yaml.json()) {
            addId(routes, item.path("route"));
            addId(templates, item.path("routeTemplate"));
            addId(configurations, item.path("routeConfiguration"));
            JsonNode rest = item.path("rest");
            rests |= rest.isObject();
            rest.forEach(verbs -> verbs.forEach(verb -> addId(routes, verb)));
        }
        return new RouteFile(path, text, yaml, routes, templates, configurations, rests);
    }

    private static void addId(Set<String> ids, JsonNode definition) {
        JsonNode id = definition.path("id");
        if (id.isTextual()) {
            ids.add(id.textValue());
        }
    }
}
