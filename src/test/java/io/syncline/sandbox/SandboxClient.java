package io.syncline.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Talks to a sandbox as anybody would: over HTTP, knowing nothing of its code. */
final class SandboxClient {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String TOKEN = "sandbox0".repeat(8);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    SandboxClient(Sandbox sandbox) {
        this.url = sandbox.url();
    }

    /** The text of a published query, such as {@code ProjectSync}. */
    static String publishedQuery(String name) {
        try (InputStream stream = SandboxClient.class.getResourceAsStream("/published/" + name + ".graphql")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofByteArray());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path));
    }

    HttpResponse<byte[]> control(String method, String path, String body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<byte[]> put(String path, String body) throws IOException, InterruptedException {
        return control("PUT", path, body);
    }

    HttpResponse<byte[]> post(String path, String body) throws IOException, InterruptedException {
        return control("POST", path, body);
    }

    HttpResponse<byte[]> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE().build());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(send(request(path).build()));
    }

    JsonNode state(String source, String entityType) throws IOException, InterruptedException {
        return get("/sandbox/state?source=" + source + "&entityType=" + entityType);
    }

    /** A POST to LetsBuild with all that it asks for; a change of one header makes it a bad one. */
    HttpRequest.Builder graphqlRequest(String body) {
        return request("/letsbuild/graphql")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    HttpResponse<byte[]> graphql(String query, Map<String, ?> variables) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("query", query);
        body.set("variables", JSON.valueToTree(variables));
        return send(graphqlRequest(JSON.writeValueAsString(body)).build());
    }

    static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return JSON.readTree(response.body());
    }
}
