package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file of routes and what it defines, by id. */
record RouteFile(
        Path path, String text, RouteYaml yaml, Set<String> routes, Set<String> templates, Set<String> configurations) {

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
        for (JsonNode item : yaml.json()) {
            addId(routes, item.path("route"));
            addId(templates, item.path("routeTemplate"));
            addId(configurations, item.path("routeConfiguration"));
            JsonNode rest = item.path("rest");
            rest.forEach(verbs -> verbs.forEach(verb -> addId(routes, verb)));
        }
        return new RouteFile(path, text, yaml, routes, templates, configurations);
    }

    /** Where a file names what it defines; its first line for what it does not define. */
    int line(String id) {
        for (int at = 0; at < yaml.json().size(); at++) {
            JsonNode item = yaml.json().get(at);
            for (String kind : List.of("route", "routeTemplate", "routeConfiguration")) {
                if (item.path(kind).path("id").asText().equals(id)) {
                    return yaml.line("/" + at + "/" + kind + "/id");
                }
            }
            for (Map.Entry<String, JsonNode> verb : item.path("rest").properties()) {
                for (int operation = 0; operation < verb.getValue().size(); operation++) {
                    if (verb.getValue().path(operation).path("id").asText().equals(id)) {
                        return yaml.line("/" + at + "/rest/" + verb.getKey() + "/" + operation + "/id");
                    }
                }
            }
        }
        return 1;
    }

    private static void addId(Set<String> ids, JsonNode definition) {
        JsonNode id = definition.path("id");
        if (id.isTextual()) {
            ids.add(id.textValue());
        }
    }
}
