package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.util.json.JsonObject;

/**
 * What a route that pulls from a GraphQL upstream needs beside camel-graphql: it gives variables, and reads what was answered with a
 * status of success, which says little: errors come with a 200, and so do a proxy's pages. Safe for use by many threads.
 */
public final class UpstreamGraphql {

    private final UpstreamJson json;

    public UpstreamGraphql(UpstreamJson json) {
        this.json = json;
    }

    /**
     * Variables of one name and value in the form that camel-graphql takes; any other is dropped silently.
     *
     * @param value null for GraphQL's null
     */
    public JsonObject variables(String name, String value) {
        JsonObject variables = new JsonObject();
        variables.put(name, value);
        return variables;
    }

    /**
     * The {@code data} of the answer.
     *
     * @throws SyncFailure if there is none, by what was answered instead
     */
    public JsonNode data(byte[] body) {
        JsonNode answer = json.read(body);
        if (!answer.isObject()) {
            throw new SyncFailure.Schema("the upstream's answer is no JSON object" + excerpt(answer), null);
        }
        JsonNode errors = answer.path("errors");
        if (!errors.isMissingNode() && !errors.isNull() && !errors.isEmpty()) {
            throw failure(errors.isArray() ? errors.get(0) : errors);
        }
        JsonNode data = answer.path("data");
        if (!data.isObject()) {
            throw new SyncFailure.Schema("the upstream's GraphQL answer has no data" + excerpt(answer), null);
        }
        return data;
    }

    private static String excerpt(JsonNode answer) {
        return Failures.excerpt(answer.toString());
    }

    private static SyncFailure failure(JsonNode error) {
        String code = error.path("extensions").path("code").asText("");
        String message = error.path("message").asText(error.toString());
        String said = "the upstream answered a GraphQL error" + (code.isEmpty() ? "" : " " + code)
                + Failures.excerpt(message);
        return switch (code.toUpperCase(Locale.ROOT)) {
            case "UNAUTHENTICATED", "FORBIDDEN" -> new SyncFailure.Auth(said, null);
            case "RATE_LIMITED", "THROTTLED" -> new SyncFailure.Throttled(said, Optional.empty(), null);
            case "INVALID_CURSOR", "CURSOR_EXPIRED" -> new SyncFailure.CheckpointRefused(said);
            case "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT" ->
                new SyncFailure.Schema(said, null);
            default -> new SyncFailure.Transient(said, null);
        };
    }
}
