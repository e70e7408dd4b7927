package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A consumer that applies its feed blindly, as the documentation tells it to, and checks what it is promised on the way. */
abstract class Replica {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String TOKEN = "endtoend".repeat(8);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, JsonNode> entities = new TreeMap<>();
    private Optional<String> cursor = Optional.empty();

    /** What it holds now, by entity id. */
    Map<String, JsonNode> entities() {
        return entities;
    }

    /** Reads until there is no more. A server that is away for the moment is asked again the next time. */
    void poll() throws InterruptedException {
        boolean hasMore = true;
        while (hasMore) {
            JsonNode page;
            try {
                HttpResponse<String> answer = http.send(request(cursor), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                page = page(JSON.readTree(answer.body()));
            } catch (IOException away) {
                return;
            }
            for (JsonNode change : page.get("changes")) {
                apply(change);
            }
            cursor = Optional.of(page.get("cursor").textValue());
            hasMore = page.get("hasMore").booleanValue();
        }
    }

    private void apply(JsonNode change) {
        String entityId = change.get("entityId").textValue();
        if (operation(change).equalsIgnoreCase("deleted")) {
            assertThat(change.get("data").isNull()).isTrue();
            entities.remove(entityId);
        } else {
            assertThat(change.get("data").get("id").asText()).isEqualTo(entityId);
            entities.put(entityId, change.get("data"));
        }
    }

    abstract HttpRequest request(Optional<String> after);

    abstract JsonNode page(JsonNode answer);

    abstract String operation(JsonNode change);

    /** By one of the published queries, word for word. */
    static Replica ofPublishedQuery(String hub, String name, String query) {
        String field = Character.toLowerCase(name.charAt(0)) + name.substring(1);
        return new Replica() {
            @Override
            HttpRequest request(Optional<String> after) {
                ObjectNode body = JSON.createObjectNode().put("query", query);
                body.putObject("variables").put("cursor", after.orElse(null));
                return HttpRequest.newBuilder(URI.create(hub + "/graphql"))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
            }

            @Override
            JsonNode page(JsonNode answer) {
                assertThat(answer.has("errors")).as(answer.toString()).isFalse();
                return answer.get("data").get(field);
            }

            @Override
            String operation(JsonNode change) {
                return change.get("operationType").textValue();
            }
        };
    }

    /** By the plain feed, for one entity type. */
    static Replica ofPlainFeed(String hub, String entityType) {
        return new Replica() {
            private long last;

            @Override
            HttpRequest request(Optional<String> after) {
                String query = "entityTypes=" + entityType + "&limit=500"
                        + after.map(text -> "&cursor=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                                .orElse("");
                return HttpRequest.newBuilder(URI.create(hub + "/api/changes?" + query))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build();
            }

            @Override
            JsonNode page(JsonNode answer) {
                for (JsonNode change : answer.get("changes")) {
                    assertThat(change.get("sequenceVersion").longValue()).isGreaterThan(last);
                    last = change.get("sequenceVersion").longValue();
                }
                return answer;
            }

            @Override
            String operation(JsonNode change) {
                return change.get("operation").textValue();
            }
        };
    }
}
