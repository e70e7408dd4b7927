package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** What a source's file of routes must keep to beyond the schema that Camel publishes. For use by one thread at a time. */
final class SourceRules {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?([A-Za-z0-9_-]+)}}");
    private static final Set<String> ENDPOINTS = Set.of("to", "toD", "uri");

    /** What is called by HTTP; an address that begins with a parameter can hardly be another. */
    private static final Pattern HTTP = Pattern.compile("^(https?:|graphql:|\\{\\{)");

    private final RouteFile file;
    private final String source;
    private final List<String> violations = new ArrayList<>();

    private SourceRules(RouteFile file, String source) {
        this.file = file;
        this.source = source;
    }

    /** What is wrong, each with file, line and reason. */
    static List<String> violations(RouteFile file, String source) {
        SourceRules rules = new SourceRules(file, source);
        int index = 0;
        for (JsonNode item : file.yaml().json()) {
            JsonNode template = item.path("routeTemplate");
            if (template.isObject()) {
                rules.template("/" + index + "/routeTemplate", template);
            }
            index++;
        }
        rules.steps("", file.yaml().json());
        return rules.violations;
    }

    /** The line where the page takes its form: of the last jq expression, or the first line where there is none. */
    static int lineOfPage(RouteFile file) {
        return Math.max(1, lastJq(file, "", file.yaml().json()));
    }

    /** The line of the endpoint, or of a bean's method, that a failure speaks of; the first line where it speaks of none. */
    static int lineOf(RouteFile file, String reason) {
        return Math.max(1, spokenOf(file, "", file.yaml().json(), reason));
    }

    private static int spokenOf(RouteFile file, String pointer, JsonNode node, String reason) {
        int found = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String child = child(pointer, field.getKey());
            if (ENDPOINTS.contains(field.getKey()) && field.getValue().isTextual()) {
                String constant =
                        PLACEHOLDER.matcher(field.getValue().textValue()).replaceAll("");
                String options = constant.substring(constant.indexOf('?') + 1);
                if (constant.contains("?") && reason.contains(options.replaceAll("[=&#].*", ""))) {
                    found = file.yaml().line(child);
                }
            } else if (field.getKey().equals("method")
                    && field.getValue().isTextual()
                    && reason.contains(field.getValue().textValue())) {
                found = file.yaml().line(child);
            } else {
                found = Math.max(found, spokenOf(file, child, field.getValue(), reason));
            }
        }
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            found = Math.max(found, spokenOf(file, pointer + "/" + index, node.get(index), reason));
        }
        return found;
    }

    private static int lastJq(RouteFile file, String pointer, JsonNode node) {
        int last = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String child = child(pointer, field.getKey());
            last = Math.max(
                    last,
                    field.getKey().equals("jq") ? file.yaml().line(child) : lastJq(file, child, field.getValue()));
        }
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            last = Math.max(last, lastJq(file, pointer + "/" + index, node.get(index)));
        }
        return last;
    }

    private void template(String pointer, JsonNode template) {
        Set<String> declared = new HashSet<>(Integrations.GIVEN);
        template.path("parameters")
                .forEach(parameter -> declared.add(parameter.path("name").asText()));
        template.path("beans").forEach(bean -> declared.add(bean.path("name").asText()));
        placeholders(pointer + "/beans", template.path("beans"), declared);
        placeholders(pointer + "/route", template.path("route"), declared);
        if (template.path("id").asText().equals(source)) {
            JsonNode from = template.path("route").path("from");
            String uri = from.isTextual() ? from.textValue() : from.path("uri").asText();
            if (!uri.equals("direct:pull-{{integrationId}}")) {
                wrong(
                        pointer + "/route/from",
                        0,
                        "the route of a source must begin with direct:pull-{{integrationId}}, not with " + uri);
            }
        }
    }

    private void placeholders(String pointer, JsonNode node, Set<String> declared) {
        node.properties().forEach(field -> placeholders(child(pointer, field.getKey()), field.getValue(), declared));
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            placeholders(pointer + "/" + index, node.get(index), declared);
        }
        if (node.isTextual()) {
            Matcher placeholder = PLACEHOLDER.matcher(node.textValue());
            while (placeholder.find()) {
                if (!declared.contains(placeholder.group(1))) {
                    wrong(
                            pointer,
                            linesBefore(node.textValue(), placeholder.start()),
                            placeholder.group() + " is no parameter of the template, which has "
                                    + String.join(", ", new TreeSet<>(declared)));
                }
            }
        }
    }

    private void steps(String pointer, JsonNode node) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String child = child(pointer, field.getKey());
            JsonNode value = field.getValue();
            if (ENDPOINTS.contains(field.getKey()) && value.isTextual()) {
                client(child, value.textValue(), node.path("parameters"));
            } else if (field.getKey().equals("jq")) {
                JsonNode expression = value.isObject() ? value.path("expression") : value;
                if (expression.isTextual()) {
                    jq(value.isObject() ? child + "/expression" : child, expression.textValue());
                }
            } else {
                steps(child, value);
            }
        }
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            steps(pointer + "/" + index, node.get(index));
        }
    }

    /** Camel's own client waits for ever, follows redirects with the token, and reads answers of any size. */
    private void client(String pointer, String uri, JsonNode parameters) {
        boolean bounded = uri.contains("httpClient=#upstream")
                || parameters.path("httpClient").asText().equals("#upstream");
        if (HTTP.matcher(uri).find() && !bounded) {
            wrong(pointer, 0, "an upstream must be called with httpClient=#upstream, which bounds time and size");
        }
    }

    private void jq(String pointer, String expression) {
        try {
            JsonQuery.compile(PLACEHOLDER.matcher(expression).replaceAll("0"), Versions.JQ_1_6);
        } catch (JsonQueryException malformed) {
            String reason = LiveRoutes.reason(malformed);
            Matcher at = Pattern.compile("line (\\d+)").matcher(reason);
            int line = expression.contains("\n") && at.find() ? Integer.parseInt(at.group(1)) : 0;
            wrong(pointer, line, "the jq expression cannot be read" + Failures.excerpt(reason));
        }
    }

    /** How many lines below its key a place in a text stands. */
    private static int linesBefore(String text, int position) {
        return text.contains("\n")
                ? 1
                        + (int) text.substring(0, position)
                                .chars()
                                .filter(character -> character == '\n')
                                .count()
                : 0;
    }

    private void wrong(String pointer, int linesBelow, String reason) {
        violations.add(file.path() + ":" + (file.yaml().line(pointer) + linesBelow) + ": " + reason);
    }

    private static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
