package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.access.Access;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.PostgresServer;
import io.syncline.storage.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The consumers of docs/consuming.md, word for word as they stand there: against a running Syncline each holds what there is, after the first
 * read, after changes and deletes, and after its cursor has expired. Those whose interpreter is not on this machine are left out.
 */
final class ConsumingDocumentTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern EXAMPLE = Pattern.compile(
            "^## (GraphQL|The plain feed|The Sell)|^### (curl|JavaScript|Java)\\n\\n```\\w+\\n(.*?)^```$",
            Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    private Path folder;

    private final Map<String, String> truth = new TreeMap<>();
    private Changelog changelog;

    /** One of the page's programs, in a folder of its own where it keeps its copy. */
    private record Consumer(String protocol, Path home, List<String> command) {

        void run(String url, String token) throws IOException, InterruptedException {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("output.log").toFile());
            builder.environment().putAll(Map.of("SYNCLINE", url, "TOKEN", token, "EVERY", "0"));
            Process process = builder.start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            assertThat(process.waitFor())
                    .as("%s: %s", home.getFileName(), beginning(home.resolve("output.log")))
                    .isZero();
        }

        private static String beginning(Path log) throws IOException {
            String text = Files.readString(log);
            return text.substring(0, Math.min(text.length(), 2_000));
        }

        /** The names of what it holds, by id. */
        Map<String, String> holds() throws IOException {
            Map<String, String> names = new TreeMap<>();
            JsonNode entities =
                    JSON.readTree(home.resolve("copy.json").toFile()).get("entities");
            entities.properties().forEach(entity -> {
                String id = entity.getKey().substring(entity.getKey().lastIndexOf('/') + 1);
                names.put(id, entity.getValue().get("name").textValue());
            });
            return names;
        }
    }

    @Test
    void everyExampleHoldsWhatThereIs() throws Exception {
        TestDatabase shared = TestDatabase.postgresql();
        int port = SynclineProcess.freePort();
        Map<String, String> properties = new TreeMap<>(Map.of("syncline.port", Integer.toString(port)));
        properties.putAll(properties(shared));
        String url = "http://127.0.0.1:" + port;
        try (Database database = shared.open();
                Changelog own = Changelog.open(database, Clock.systemUTC());
                Access access = Access.open(own, database, Clock.systemUTC(), List.of());
                SynclineProcess hub = SynclineProcess.start(folder, properties)) {
            changelog = own;
            put(0, 520, "first");
            access.grant(Optional.empty(), "copier", new Grant.Extent("site", Optional.empty(), Set.of("Project")));
            String token = access.issue("copier", Set.of(TokenScope.SYNC)).secret();
            hub.awaitOutput("Syncline ");
            awaitAnswer(url, token);
            List<Consumer> consumers = consumers();
            assertThat(consumers).hasSizeGreaterThanOrEqualTo(3);

            runAll(consumers, url, token);

            put(0, 3, "second");
            put(520, 521, "new");
            remove("p7", "p8");
            runAll(consumers, url, token);

            remove("p9");
            changelog.startNewGeneration();
            awaitExpired(url, token, consumers);
            // A device of Sell has no cursor that expires, and would be told of one delete only.
            runAll(
                    consumers.stream()
                            .filter(consumer -> !consumer.protocol().equals("The Sell"))
                            .toList(),
                    url,
                    token);
        }
    }

    private static Map<String, String> properties(TestDatabase shared) {
        return Map.of(
                "syncline.db.url", shared.url(),
                "syncline.db.user", PostgresServer.USER,
                "syncline.db.password", PostgresServer.PASSWORD);
    }

    private void awaitAnswer(String url, String token) {
        Waiting.until("an answer to the new token", () -> status(url + "/api/changes", token)
                .filter(status -> status == 200));
    }

    /** The node hears of it by a notification. */
    private static void awaitExpired(String url, String token, List<Consumer> consumers) throws IOException {
        Path copy = consumers.stream()
                .filter(consumer -> consumer.protocol().equals("The plain feed"))
                .findFirst()
                .orElseThrow()
                .home()
                .resolve("copy.json");
        String cursor = JSON.readTree(copy.toFile()).get("cursor").textValue();
        Waiting.until("an expired cursor", () -> status(url + "/api/changes?cursor=" + cursor, token)
                .filter(status -> status == 410));
    }

    private static Optional<Integer> status(String url, String token) {
        try {
            return Optional.of(HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode());
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void put(int from, int to, String name) {
        List<Observed> observed = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String id = "p" + i;
            truth.put(id, name + " " + i);
            observed.add(new Observed.Present(
                    "Project",
                    id,
                    Snapshot.of(JSON.createObjectNode()
                            .put("id", id)
                            .put("name", name + " " + i)
                            .put("code", "c" + i)),
                    Optional.empty(),
                    OptionalLong.empty(),
                    false,
                    Optional.empty()));
        }
        append(observed);
    }

    private void remove(String... ids) {
        List<Observed> observed = new ArrayList<>();
        for (String id : ids) {
            truth.remove(id);
            observed.add(new Observed.Gone("Project", id, Optional.empty()));
        }
        append(observed);
    }

    private void append(List<Observed> observed) {
        changelog.append(new Page("site", "main", 1, Optional.empty(), observed, List.of(), Optional.empty()));
    }

    private void runAll(List<Consumer> consumers, String url, String token) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (Consumer consumer : consumers) {
                runs.add(pool.submit(() -> {
                    consumer.run(url, token);
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            pool.shutdown();
        }
        for (Consumer consumer : consumers) {
            assertThat(consumer.holds())
                    .as(consumer.home().getFileName().toString())
                    .isEqualTo(truth);
        }
    }

    private List<Consumer> consumers() throws IOException, InterruptedException {
        List<Consumer> consumers = new ArrayList<>();
        String protocol = "";
        int found = 0;
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs/consuming.md")));
        while (example.find()) {
            if (example.group(1) != null) {
                protocol = example.group(1);
                continue;
            }
            found++;
            Path home = Files.createDirectory(folder.resolve(protocol.replace(' ', '-') + "-" + example.group(2)));
            List<String> command =
                    switch (example.group(2)) {
                        case "curl" -> isThere("curl") && isThere("jq") ? List.of("bash", "consumer.sh") : List.of();
                        case "JavaScript" -> isThere("node") ? List.of("node", "consumer.mjs") : List.of();
                        default ->
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    jackson(),
                                    "Consumer.java");
                    };
            if (!command.isEmpty()) {
                Files.writeString(home.resolve(command.get(command.size() - 1)), example.group(3));
                consumers.add(new Consumer(protocol, home, command));
            }
        }
        assertThat(found).as("three protocols, three languages").isEqualTo(9);
        return consumers;
    }

    private static String jackson() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("jackson"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
