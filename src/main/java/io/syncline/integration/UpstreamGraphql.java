package io.syncline.integration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.util.json.JsonObject;

/**
 * What a route that pulls from a GraphQL upstream needs beside camel-graphql: it gives variables, and reads what was answered with a
 * status of success, which says little: errors come with a 200, and so do a proxy's pages. Safe for use by many threads.
 */
public final class UpstreamGraphql {

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(UpstreamAnswer.MOST_BYTES)
                            .maxNumberLength(1_000)
                            .maxNestingDepth(200)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

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
    public JsonNode data(String body) {
        JsonNode answer = parse(body);
        JsonNode errors = answer.path("errors");
        if (!errors.isMissingNode() && !errors.isNull() && !errors.isEmpty()) {
            throw failure(errors.isArray() ? errors.get(0) : errors);
        }
        JsonNode data = answer.path("data");
        if (!data.isObject()) {
            throw new SyncFailure.Schema("the upstream's GraphQL answer has no data" + Failures.excerpt(body), null);
        }
        return data;
    }

    private JsonNode parse(String body) {
        if (body == null || body.isBlank()) {
            throw new SyncFailure.Transient("the upstream answered nothing", null);
        }
        if (body.stripLeading().startsWith("<")) {
            throw new SyncFailure.Transient(
                    "the upstream answered a web page, not JSON" + Failures.excerpt(body), null);
        }
        try {
            JsonNode answer = mapper.readTree(body);
            if (answer.isObject()) {
                return answer;
            }
            throw new SyncFailure.Schema("the upstream's answer is no JSON object" + Failures.excerpt(body), null);
        } catch (JsonProcessingException malformed) {
            String where = malformed.getLocation() == null
                    ? ""
                    : " at character " + malformed.getLocation().getCharOffset();
            throw new SyncFailure.Transient(
                    "the upstream's answer of " + body.length() + " characters is cut short or no JSON" + where + " ("
                            + Failures.excerpt(malformed.getOriginalMessage()).replaceFirst("^: ", "") + ")",
                    malformed);
        }
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
