package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A sandbox of its own, steered over HTTP as its users do: how it fails, how fast it changes, and what it holds. */
final class SteeredSandbox implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Sandbox sandbox;

    private SteeredSandbox(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    static SteeredSandbox start(SandboxOptions options) {
        return new SteeredSandbox(Sandbox.start(options));
    }

    String url() {
        return sandbox.url();
    }

    /** Lets a source fail, as the fields of the fault say. */
    void fault(String source, String fields) throws IOException, InterruptedException {
        control("PUT", "/faults", "{\"source\":\"" + source + "\"," + fields + "}");
    }

    void mend() throws IOException, InterruptedException {
        control("DELETE", "/faults", "");
    }

    void pace(int changesPerSecond) throws IOException, InterruptedException {
        control("PUT", "/pace", "{\"changesPerSecond\":" + changesPerSecond + "}");
    }

    List<String> entityTypes(String source) throws IOException, InterruptedException {
        List<String> types = new ArrayList<>();
        Replica.JSON
                .readTree(control("GET", "", ""))
                .at("/sources/" + source + "/entities")
                .fieldNames()
                .forEachRemaining(types::add);
        return types;
    }

    /** What lives, by id, as a consumer is to hold it. */
    Map<String, JsonNode> truth(String source, String entityType) throws IOException, InterruptedException {
        Map<String, JsonNode> truth = new TreeMap<>();
        Replica.JSON
                .readTree(control("GET", "/state?source=" + source + "&entityType=" + entityType, ""))
                .properties()
                .forEach(entity -> {
                    // The upstream's own version is kept out of the snapshot.
                    ((ObjectNode) entity.getValue()).remove("sequenceVersion");
                    truth.put(entity.getKey(), entity.getValue());
                });
        return truth;
    }

    /** Any request of the API that steers it. */
    String control(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox" + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
