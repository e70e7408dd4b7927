package io.syncline.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that answers GraphQL requests with what each path's script says, right or wrong. */
public final class ScriptedUpstream implements AutoCloseable {

    /** A request as it came. */
    public record Asked(
            int number, Optional<String> cursor, String query, Map<String, List<String>> headers, long atNanos) {

        public Asked {
            headers = Map.copyOf(headers);
        }
    }

    /** What is answered; a status of 0 says nothing at all. */
    public record Answer(int status, Map<String, String> headers, String body) {

        public static Answer json(String body) {
            return new Answer(200, Map.of("Content-Type", "application/json"), body);
        }

        public static Answer status(int status) {
            return new Answer(status, Map.of(), "");
        }

        public static Answer silence() {
            return status(0);
        }
    }

    /** Decides an answer; called by one thread at a time for each path. */
    public interface Script {
        Answer answer(Asked asked);
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<Asked>> asked = new ConcurrentHashMap<>();

    public ScriptedUpstream() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    /** Where a script is reached. */
    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + path;
    }

    /** From now on a path answers by a script, also where it has answered by another, and nothing of what that was asked is told. */
    public void script(String path, Script script) {
        asked.put(path, new CopyOnWriteArrayList<>());
        if (scripts.put(path, script) == null) {
            server.createContext("/" + path, exchange -> play(exchange, asked.get(path), scripts.get(path)));
        }
    }

    /** What a script was asked until now. */
    public List<Asked> asked(String path) {
        return asked.get(path);
    }

    private void play(HttpExchange exchange, List<Asked> log, Script script) throws IOException {
        JsonNode request = MAPPER.readTree(exchange.getRequestBody());
        Asked now;
        Answer answer;
        synchronized (log) {
            now = new Asked(
                    log.size() + 1,
                    Optional.ofNullable(request.path("variables").path("cursor").textValue()),
                    request.path("query").asText(),
                    exchange.getRequestHeaders(),
                    System.nanoTime());
            log.add(now);
            answer = script.answer(now);
        }
        if (answer.status() == 0) {
            awaitClose();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
