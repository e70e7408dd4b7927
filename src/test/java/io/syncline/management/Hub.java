package io.syncline.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.Waiting;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Syncline, in this process or one of its own, asked over HTTP. */
final class Hub implements AutoCloseable {

    static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    static final JsonMapper JSON = new JsonMapper();

    /** An answer with its status. */
    record Answer(int status, JsonNode body) {

        String error() {
            return body.at("/error/code").asText();
        }

        String field() {
            return body.at("/error/field").asText();
        }

        String message() {
            return body.at("/error/message").asText();
        }

        String text(String field) {
            return body.path(field).asText();
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final AutoCloseable syncline;

    private final Optional<Process> process;

    private Hub(int port, AutoCloseable syncline) {
        this.port = port;
        this.syncline = syncline;
        this.process = Optional.empty();
    }

    private Hub(int port, Process process) {
        this.port = port;
        this.syncline = () -> process.destroyForcibly().waitFor();
        this.process = Optional.of(process);
    }

    static Hub start(Path folder, TestDatabase database, Map<String, String> properties) {
        int port = freePort();
        return new Hub(port, Syncline.start(Settings.of(all(folder.resolve("data"), database, port, properties))));
    }

    /** In a process of its own, which can be killed; returns once it answers. */
    static Hub startProcess(Path folder, String data, TestDatabase database, Map<String, String> properties) {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        all(folder.resolve(data), database, port, properties)
                .forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Syncline.class.getName()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(data + ".log").toFile()))
                    .start();
            Hub hub = new Hub(port, process);
            Waiting.until("the hub to answer", () -> hub.answers() ? Optional.of(true) : Optional.empty());
            return hub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> all(Path data, TestDatabase database, int port, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", data.toString(),
                "syncline.db.url", database.url(),
                "syncline.db.user", database.user(),
                "syncline.db.password", database.password(),
                "syncline.admin.token", ADMIN));
        all.putAll(properties);
        return all;
    }

    private boolean answers() {
        try {
            return get("/observe/health").status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** SIGKILL to one in a process of its own. */
    void kill() {
        close();
    }

    /** SIGSTOP to one in a process of its own: it does nothing, and does not know it. */
    void suspend() {
        signal("STOP");
    }

    /** Lets one go on that was suspended. */
    void wake() {
        signal("CONT");
    }

    /** For one in a process of its own: beyond so many bytes no file of it takes any more, as on a full disk. */
    void limitFiles(long bytes) {
        command("prlimit", "--fsize=" + bytes + ":", "--pid", pid());
    }

    /** Takes {@link #limitFiles} back. */
    void makeRoom() {
        command("prlimit", "--fsize=unlimited:", "--pid", pid());
    }

    private String pid() {
        return Long.toString(process.orElseThrow().pid());
    }

    private void signal(String name) {
        command("kill", "-" + name, pid());
    }

    private static void command(String... command) {
        try {
            int ended = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (ended != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + ended);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What makes an integration of the LetsBuild source that runs only when asked. */
    static Map<String, String> integration(String id, String url, String streams) {
        String prefix = "syncline.integration." + id + ".";
        return Map.of(
                prefix + "source", "letsbuild",
                prefix + "cron", "0 0 0 1 1 ? 2099",
                prefix + "url", url,
                prefix + "token", "t",
                prefix + "streams", streams);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    Answer get(String path) {
        return send("GET", path, ADMIN, null);
    }

    Answer post(String path, String body) {
        return send("POST", path, ADMIN, body);
    }

    Answer delete(String path, String body) {
        return send("DELETE", path, ADMIN, body);
    }

    /** What it answers that is no JSON. */
    String text(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + ADMIN)
                .build();
        return answered(request).body();
    }

    Answer send(String method, String path, String token, String body) {
        return send(method, path, token, body, Map.of());
    }

    Answer send(String method, String path, String token, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = answered(request.build());
            return new Answer(
                    response.statusCode(), JSON.readTree(response.body().isEmpty() ? "{}" : response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> answered(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts a job and tells its id. */
    String startJob(String integrationId, String type, String options) {
        Answer started = post(
                "/api/sync/jobs",
                "{\"integrationId\":\"%s\",\"type\":\"%s\"%s}"
                        .formatted(integrationId, type, options == null ? "" : ",\"options\":" + options));
        if (started.status() != 200) {
            throw new AssertionError(started.toString());
        }
        return started.text("jobId");
    }

    JsonNode job(String id) {
        return get("/api/sync/jobs/" + id).body();
    }

    /** Waits until a job is of one of the statuses. */
    JsonNode await(String jobId, String... statuses) {
        return Waiting.until("job " + jobId + " to be " + String.join(" or ", statuses), () -> Optional.of(job(jobId))
                .filter(job -> Set.of(statuses).contains(job.path("status").asText())));
    }

    @Override
    public void close() {
        try {
            syncline.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
