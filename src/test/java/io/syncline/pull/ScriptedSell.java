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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Sell service of several accounts, in pages of two, in which things go wrong when an account's mishaps say so. */
final class ScriptedSell implements AutoCloseable {

    /** What was asked of an account: {@code start}, {@code get} or {@code ack}, and how many of that kind there have been. */
    record Asked(String what, int number, String device) {}

    /** What goes wrong; the service does its part unless it is {@link #instead}. */
    record Mishap(boolean instead, int status, Map<String, String> headers, String body) {

        /** Another answer, without the service ever hearing of the request. */
        static Mishap answer(int status, String body) {
            return new Mishap(true, status, Map.of(), body);
        }

        /** The same, and says when to come again, in seconds. */
        Mishap retryAfter(int seconds) {
            return new Mishap(instead, status, Map.of("Retry-After", Integer.toString(seconds)), body);
        }

        static Mishap redirect(String location) {
            return new Mishap(true, 302, Map.of("Location", location), "");
        }

        /** The connection drops before the service hears of the request. */
        static Mishap dropBefore() {
            return new Mishap(true, 0, Map.of(), "");
        }

        /** The service does its part, and then the connection drops. */
        static Mishap dropAfter() {
            return new Mishap(false, 0, Map.of(), "");
        }
    }

    /** Decides what goes wrong; called by one thread at a time for each account. */
    interface Mishaps {
        Optional<Mishap> of(Asked asked);
    }

    private record Item(String type, String json, boolean deleted, long revision, String key) {}

    /** One account and what its devices have acknowledged. */
    static final class Account {

        private final Mishaps mishaps;
        private final Map<String, Item> items = new LinkedHashMap<>();
        private final Map<String, Set<String>> acknowledged = new LinkedHashMap<>();
        private final Map<String, Deque<String>> sessions = new LinkedHashMap<>();
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private final List<Asked> log = new ArrayList<>();
        private String failed = "";
        private long revision;

        private Account(Mishaps mishaps) {
            this.mishaps = mishaps;
        }

        /** A new state of what the key names, such as {@code lead 7}. */
        synchronized Account put(String key, String json) {
            return keep(key, json, false);
        }

        synchronized Account delete(String key) {
            return keep(key, "{\"id\":" + key.substring(key.indexOf(' ') + 1) + "}", true);
        }

        /** Never was, for all that this service tells from now on. */
        synchronized void forget(String key) {
            items.remove(key);
        }

        /** What each page from now on lists as failed; a JSON list. */
        synchronized Account failing(String list) {
            failed = list;
            return this;
        }

        synchronized List<Asked> log() {
            return List.copyOf(log);
        }

        synchronized Set<String> devices() {
            return new LinkedHashSet<>(acknowledged.keySet());
        }

        /** Whether every device that came has acknowledged everything. */
        synchronized boolean allAcknowledged() {
            return !acknowledged.isEmpty()
                    && acknowledged.values().stream()
                            .allMatch(keys ->
                                    items.values().stream().map(Item::key).allMatch(keys::contains));
        }

        synchronized boolean hasAcknowledgedAll(String device) {
            return items.values().stream().map(Item::key).allMatch(acknowledged.get(device)::contains);
        }

        private Account keep(String key, String json, boolean deleted) {
            String type = key.substring(0, key.indexOf(' '));
            revision++;
            items.put(key, new Item(type, json, deleted, revision, "Opaque-" + key.replace(' ', '-') + "-" + revision));
            return this;
        }

        private Asked asked(String what, String device) {
            Asked asked = new Asked(what, counts.merge(what, 1, Integer::sum), device);
            log.add(asked);
            return asked;
        }

        private String start(String device) {
            Set<String> done = acknowledged.computeIfAbsent(device, fresh -> new HashSet<>());
            Deque<String> due = new ArrayDeque<>();
            items.forEach((key, item) -> {
                if (!done.contains(item.key())) {
                    due.add(key);
                }
            });
            if (due.isEmpty()) {
                return "";
            }
            String id = UUID.randomUUID().toString();
            sessions.put(id, due);
            return "{\"data\":{\"id\":\"" + id
                    + "\",\"queues\":[{\"data\":{\"name\":\"main\",\"pages\":1,\"total_count\":" + due.size()
                    + "}}]},\"meta\":{\"type\":\"sync_session\"}}";
        }

        private String page(String session) {
            Deque<String> due = sessions.getOrDefault(session, new ArrayDeque<>());
            List<String> page = new ArrayList<>();
            while (page.size() < 2 && !due.isEmpty()) {
                Item item = items.get(due.remove());
                if (item != null) {
                    page.add("{\"data\":" + item.json() + ",\"meta\":{\"type\":\"" + item.type()
                            + "\",\"version\":1,\"sync\":{\"event_type\":\"" + (item.deleted() ? "deleted" : "created")
                            + "\",\"ack_key\":\"" + item.key() + "\",\"revision\":" + item.revision() + "}}}");
                }
            }
            return page.isEmpty()
                    ? ""
                    : "{\"items\":[" + String.join(",", page) + "]"
                            + (failed.isEmpty() ? "" : ",\"failed_objects\":" + failed)
                            + ",\"meta\":{\"type\":\"collection\",\"count\":" + page.size() + ",\"count_left\":"
                            + due.size() + "}}";
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    ScriptedSell() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    /** Where an account is reached. */
    String url(String name) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    Account account(String name, Mishaps mishaps) {
        Account account = new Account(mishaps);
        server.createContext("/" + name + "/", exchange -> answer(exchange, account));
        return account;
    }

    private static void answer(HttpExchange exchange, Account account) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String[] path = exchange.getRequestURI().getPath().split("/");
        String what = path[path.length - 1].equals("main") ? "get" : path[path.length - 1];
        String device = Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Basecrm-Device-UUID"))
                .orElse("");
        synchronized (account) {
            Optional<Mishap> mishap = account.mishaps.of(account.asked(what, device));
            if (mishap.isPresent() && mishap.get().instead()) {
                respond(exchange, mishap.get());
                return;
            }
            Mishap answer = serve(exchange.getRequestMethod(), what, path, device, body, account);
            respond(exchange, mishap.orElse(answer));
        }
    }

    private static Mishap serve(String method, String what, String[] path, String device, byte[] body, Account account)
            throws IOException {
        switch (method + ' ' + what) {
            case "POST start" -> {
                String started = account.start(device);
                return Mishap.answer(started.isEmpty() ? 204 : 201, started);
            }
            case "GET get" -> {
                String page = account.page(path[path.length - 3]);
                return Mishap.answer(page.isEmpty() ? 204 : 200, page);
            }
            case "POST ack" -> {
                JsonNode keys = JSON.readTree(body).path("data").path("ack_keys");
                keys.forEach(key -> account.acknowledged.get(device).add(key.textValue()));
                return Mishap.answer(202, "");
            }
            default -> {
                return Mishap.answer(404, "");
            }
        }
    }

    private static void respond(HttpExchange exchange, Mishap answer) throws IOException {
        if (answer.status() == 0) {
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
