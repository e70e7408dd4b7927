package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML document as JSON that remembers on which line each value stands. Immutable. */
final class RouteYaml {

    private final JsonNode json;
    private final Map<String, Integer> lines;

    private RouteYaml(JsonNode json, Map<String, Integer> lines) {
        this.json = json;
        this.lines = lines;
    }

    /**
     * Parses a document.
     *
     * @throws RouteFileException naming file, line and reason
     */
    static RouteYaml parse(Path file, String text) {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        Optional<Node> root;
        try {
            root = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException malformed) {
            int line =
                    malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new RouteFileException(file + ":" + line + ": " + malformed.getProblem());
        } catch (YamlEngineException malformed) {
            throw new RouteFileException(file + ":1: " + malformed.getMessage());
        }
        Map<String, Integer> lines = new HashMap<>();
        JsonNode json = root.map(node -> read(node, "", lines)).orElseGet(JsonNodeFactory.instance::arrayNode);
        return new RouteYaml(json, lines);
    }

    JsonNode json() {
        return json;
    }

    /** The line of the value that a JSON pointer names, or of the nearest that holds it; 1 for the first line. */
    int line(String pointer) {
        String found = pointer;
        while (!lines.containsKey(found) && !found.isEmpty()) {
            found = found.substring(0, found.lastIndexOf('/'));
        }
        return lines.getOrDefault(found, 1);
    }

    private static JsonNode read(Node node, String pointer, Map<String, Integer> lines) {
        node.getStartMark().ifPresent(mark -> lines.putIfAbsent(pointer, mark.getLine() + 1));
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (NodeTuple entry : mapping.getValue()) {
                String name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
                String child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                entry.getKeyNode().getStartMark().ifPresent(mark -> lines.put(child, mark.getLine() + 1));
                object.set(name, read(entry.getValueNode(), child, lines));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int index = 0; index < sequence.getValue().size(); index++) {
                array.add(read(sequence.getValue().get(index), pointer + "/" + index, lines));
            }
            return array;
        }
        return scalar((ScalarNode) node);
    }

    private static JsonNode scalar(ScalarNode node) {
        String value = node.getValue();
        if (node.getTag().equals(Tag.NULL)) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (node.getTag().equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(value));
        }
        try {
            if (node.getTag().equals(Tag.INT)) {
                return JsonNodeFactory.instance.numberNode(Long.parseLong(value));
            }
            if (node.getTag().equals(Tag.FLOAT)) {
                return JsonNodeFactory.instance.numberNode(Double.parseDouble(value));
            }
        } catch (NumberFormatException notPlain) {
            // Written in another base, or larger than a long: as text it says the same.
        }
        return JsonNodeFactory.instance.textNode(value);
    }
}
