package io.syncline.pull;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedUpstream.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Syncline on a folder of routes of its own, whose files a test saves, breaks, moves and takes away while it runs, or before it starts. */
abstract class OnSavedFiles {

    static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    ScriptedUpstream upstream;
    private Settings settings;
    Syncline syncline;

    @BeforeEach
    final void copyRoutes() {
        CopiedRoutes.to(folder.resolve("routes"));
        upstream = new ScriptedUpstream();
        upstream.script("x", asked -> Answer.json(page(0, 0, false)));
    }

    @AfterEach
    final void stop() {
        if (syncline != null) {
            syncline.close();
        }
        upstream.close();
    }

    final void start() {
        start(Map.of());
    }

    final void start(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port",
                "0",
                "syncline.admin.token",
                ADMIN,
                "syncline.data",
                folder.resolve("data").toString(),
                "syncline.routes",
                folder.resolve("routes").toString()));
        properties.put("syncline.integration.x.source", "letsbuild");
        properties.put("syncline.integration.x.interval", "1");
        properties.put("syncline.integration.x.url", upstream.url("x"));
        properties.put("syncline.integration.x.token", "t");
        properties.put("syncline.integration.x.streams", "project");
        properties.putAll(more);
        settings = Settings.of(properties);
        syncline = Syncline.start(settings);
    }

    /** Projects of a page, numbered from where the page begins. */
    static String page(int next, int records, boolean hasMore) {
        int first = (next - 1) * records;
        String changes = IntStream.range(first, first + records)
                .mapToObj(number -> {
                    String id = String.format("00000000-0000-4000-8000-%012d", number);
                    return "{\"operationType\":\"Created\",\"entityType\":\"Project\",\"entityId\":\"" + id
                            + "\",\"data\":{\"id\":\"" + id + "\",\"code\":\"c\",\"name\":\"n\",\"isArchived\":false}}";
                })
                .collect(Collectors.joining(","));
        return "{\"data\":{\"projectSync\":{\"changes\":[" + changes + "],\"cursor\":\"" + next + "\",\"hasMore\":"
                + hasMore + "}}}";
    }

    final void awaitStatus(String path, int status) {
        Waiting.until(
                path + " to be answered " + status,
                () -> Optional.of(get(path, ADMIN).statusCode()).filter(now -> now == status));
    }

    final String readerToken() {
        send("/api/grants", ADMIN, "{\"principal\":\"reader\",\"integrationId\":\"*\"}");
        String made = send("/api/tokens", ADMIN, "{\"principal\":\"reader\",\"scopes\":[\"sync\"]}");
        return made.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    final String ask(String token, String query) {
        return get("/graphql?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8), token)
                .body();
    }

    final HttpResponse<String> get(String path, String token) {
        return send(request(path, token));
    }

    final String send(String path, String token, String body) {
        return send(request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .body();
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.port() + path))
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    final Path file(String name) {
        return folder.resolve("routes").resolve(name);
    }

    final void edit(String name, String old, String now) throws IOException {
        CopiedRoutes.edit(file(name), old, now);
    }
}
