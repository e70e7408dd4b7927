package io.syncline.endtoend;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Syncline as it really runs: a process of its own, which can be killed. */
final class HubProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final Map<String, String> properties;
    private Process process;

    private final int port;

    /**
     * Starts on a free port and returns once it answers.
     *
     * @param folder with its data
     * @param integrations the properties of its integrations
     */
    HubProcess(Path folder, Map<String, String> integrations) throws IOException, InterruptedException {
        this.folder = folder;
        this.port = freePort();
        this.properties = new HashMap<>(integrations);
        properties.put("syncline.port", Integer.toString(port));
        properties.put("syncline.routes", Path.of("routes").toAbsolutePath().toString());
        properties.put("syncline.admin.token", Replica.TOKEN);
        start();
    }

    /** An integration that syncs every second. */
    static Map<String, String> integration(String id, String source, String url, String token) {
        String prefix = "syncline.integration." + id + ".";
        return Map.of(
                prefix + "source", source,
                prefix + "interval", "1",
                prefix + "url", url,
                prefix + "token", token);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    private void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.syncline.Syncline"));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("hub.log").toFile()))
                .start();
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        while (process.isAlive() && Instant.now().isBefore(patience)) {
            try {
                http.send(
                        HttpRequest.newBuilder(URI.create(url() + "/observe/health"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                return;
            } catch (ConnectException notYet) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
        throw new IllegalStateException("The hub does not start:\n" + log());
    }

    /** All that it said, over its restarts. */
    String log() {
        try {
            return Files.readString(folder.resolve("hub.log"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** SIGKILL, in the middle of whatever it does, and a new start over the same data. */
    void killAndRestart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        start();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
