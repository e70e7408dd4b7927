package io.syncline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Syncline in a process of its own, in a folder of the test, as a user runs it. */
final class SynclineProcess implements AutoCloseable {

    /** Generous, for the machine may be busy with other tests. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Process process;
    private final Path log;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private SynclineProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it with system properties; without {@code syncline.port} on a free one. */
    static SynclineProcess start(Path folder, Map<String, String> properties) throws IOException {
        int port = properties.containsKey("syncline.port") ? -1 : freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        // What ships, not what the tests log by.
        command.add("-Dlogback.configurationFile="
                + Path.of("src/main/resources/logback.xml").toUri());
        command.add("-Dsyncline.routes=" + Path.of("routes").toAbsolutePath());
        if (port > 0) {
            command.add("-Dsyncline.port=" + port);
        }
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Syncline.class.getName()));
        Path log = Files.createTempFile(folder, "output", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new SynclineProcess(process, log, port);
    }

    /** All that it has written to the console. */
    String output() throws IOException {
        return Files.readString(log);
    }

    /** Waits until it has written something. */
    void awaitOutput(String text) throws IOException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!output().contains(text)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new TimeoutException("no " + text + "; it said: " + output());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end and tells its exit code. */
    int exitCode() throws InterruptedException, TimeoutException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException("still running");
        }
        return process.exitValue();
    }

    /** Asks it to stop, as Ctrl-C, an init system or a container's host does. */
    void terminate() {
        process.destroy();
    }

    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery))
                .header("Authorization", "Bearer " + Settings.SANDBOX_TOKEN)
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Asks until the answer is 200 and holds a text. */
    String awaitAnswer(String pathAndQuery, String text) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpResponse<String> answer = get(pathAndQuery);
                if (answer.statusCode() == 200 && answer.body().contains(text)) {
                    return answer.body();
                }
            } catch (IOException notYet) {
                // It may not listen yet.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new TimeoutException("no " + text + " at " + pathAndQuery + "; it said: " + output());
    }

    /** Ends it without a warning, as a crash does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
