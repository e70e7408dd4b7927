package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.integration.RouteFileException;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.SyncedData.JobRow;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of file in the route folder, saved, broken, moved and taken away while a Syncline runs on it, or before it starts. */
final class SavedFilesTest {

    private static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final String SOURCE = "sources/letsbuild/letsbuild.camel.yaml";
    private static final String TYPES = "sources/letsbuild/entities.graphqls";

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private ScriptedUpstream upstream;
    private Settings settings;
    private Syncline syncline;

    @BeforeEach
    void copyRoutes() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            all.forEach(file -> copy(
                    file, folder.resolve("routes").resolve(Path.of("routes").relativize(file))));
        }
        upstream = new ScriptedUpstream();
        upstream.script("x", asked -> Answer.json(page(0, 0, false)));
    }

    @AfterEach
    void stop() {
        if (syncline != null) {
            syncline.close();
        }
        upstream.close();
    }

    @Test
    void servesTheApiAsItsFilesAreNow() throws Exception {
        start();
        String list = "/api/tokens";
        assertThat(get(list, ADMIN).statusCode()).isEqualTo(200);

        edit("api/tokens.camel.yaml", "path: /api/tokens", "path: /api/keys");
        awaitStatus("/api/keys", 200);
        assertThat(get(list, ADMIN).statusCode()).isEqualTo(404);

        Files.move(file("api/tokens.camel.yaml"), file("api/renamed.camel.yaml"));
        edit("api/renamed.camel.yaml", "path: /api/keys", "path: /api/tokens");
        awaitStatus(list, 200);
        awaitStatus("/api/keys", 404);

        Files.delete(file("api/renamed.camel.yaml"));
        awaitStatus(list, 404);
        awaitStatus("/api/grants", 404);

        Files.writeString(file("api/more.camel.yaml"), """
                - route:
                    id: greeting
                    from:
                      uri: platform-http:/api/greeting
                      steps:
                        - setBody:
                            constant: Hello
                """);
        awaitStatus("/api/greeting", 200);
        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @Test
    void answersEveryRequestWhileTheFilesOfTheApiAreSaved() throws Exception {
        start();
        String token = readerToken();
        Set<String> answers = ConcurrentHashMap.newKeySet();
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        List<Thread> clients = IntStream.range(0, 4)
                .mapToObj(client -> new Thread(() -> {
                    while (!enough.get()) {
                        answers.add(send("/graphql", token, "{\"query\":\"{ projectSync { hasMore } }\"}"));
                        answers.add("tokens " + get("/api/tokens", ADMIN).statusCode());
                        asked.incrementAndGet();
                    }
                }))
                .toList();
        clients.forEach(Thread::start);

        for (int saved = 0; saved < 5; saved++) {
            String path = "/api/keys" + saved;
            for (String file : List.of("api/graphql.camel.yaml", "api/tokens.camel.yaml")) {
                Files.writeString(file(file), "# saved\n" + Files.readString(file(file)));
            }
            Files.writeString(file("api/more.camel.yaml"), """
                    - route:
                        id: greeting
                        from:
                          uri: platform-http:%s
                          steps:
                            - setBody:
                                constant: Hello
                    """.formatted(path));
            awaitStatus(path, 200);
            int before = asked.get();
            Waiting.until("more requests", () -> Optional.of(asked.get()).filter(now -> now > before + 20));
        }
        enough.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(answers).containsExactlyInAnyOrder("{\"data\":{\"projectSync\":{\"hasMore\":false}}}", "tokens 200");
    }

    @Test
    void servesTheEntityTypesAsTheyAreNow() throws Exception {
        start();
        String token = readerToken();
        String mood = "{ formSync { changes { data { ... on Form { mood } } } } }";
        String gizmo = "{ gizmoSync { changes { entityId } cursor } }";
        assertThat(ask(token, mood)).contains("GRAPHQL_VALIDATION_FAILED");

        edit(TYPES, "  codeNum: String", "  codeNum: String\n  mood: String");
        Waiting.until("a new field", () -> Optional.of(ask(token, mood)).filter(answer -> answer.contains("\"data\"")));

        Files.createDirectories(file("sources/gizmos"));
        Files.writeString(
                file("sources/gizmos/entities.graphqls"),
                "type Gizmo @entity(type: \"Gizmo\", id: \"id\") {\n  id: ID!\n}\n");
        Waiting.until(
                "a new source", () -> Optional.of(ask(token, gizmo)).filter(answer -> answer.contains("\"data\"")));

        Files.writeString(
                file("sources/gizmos/entities.graphqls"),
                "type Gizmo @entity(type: \"Gizmo\", id: \"id\") {\n  id: Nonsense!\n}\n");
        assertThat(refusal("sources/gizmos/entities.graphqls")).contains("entities.graphqls:2: ");
        assertThat(ask(token, gizmo)).contains("\"data\"");

        Files.delete(file("sources/gizmos/entities.graphqls"));
        Waiting.until("the new source to be gone", () -> Optional.of(ask(token, gizmo))
                .filter(answer -> answer.contains("GRAPHQL_VALIDATION_FAILED")));
        Files.delete(file(TYPES));
        assertThat(refusal(TYPES)).contains("the integration x pulls with its source");
        assertThat(ask(token, mood)).contains("\"data\"");
    }

    @Test
    void pullsByTheQueriesAsTheyAreNowAndByNoBrokenOne() throws Exception {
        start();
        String query = "sources/letsbuild/project.graphql";
        Waiting.until("a request", () -> asked(1));

        edit(query, "query", "query {{");
        assertThat(refusal(query)).contains("project.graphql:1: ");
        int before = upstream.asked("x").size();
        Waiting.until("more requests", () -> asked(before + 2));
        assertThat(upstream.asked("x")).noneMatch(asked -> asked.query().contains("{{"));

        edit(query, "query {{", "# saved\nquery");
        Waiting.until("a request by the new query", () -> upstream.asked("x").stream()
                .filter(asked -> asked.query().contains("# saved"))
                .findFirst());
        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @Test
    void pullsOnWhereItsSourceIsTakenAwayAndByARenamedFile() throws Exception {
        start();
        Waiting.until("a request", () -> asked(1));
        String text = Files.readString(file(SOURCE));

        Files.delete(file(SOURCE));
        assertThat(refusal(SOURCE)).contains("syncline.integration.x.source");
        int before = upstream.asked("x").size();
        Waiting.until("more requests", () -> asked(before + 2));

        Files.writeString(
                file("sources/letsbuild/other.camel.yaml"), text.replace("name: Authorization", "name: X-Api-Key"));
        // Its id is taken by the file that was taken away and runs on, until that one may go.
        Files.writeString(file(SOURCE), text);
        Waiting.until("the file to be back", () -> Optional.of(syncline.refusedRoutes())
                .filter(refused -> !refused.containsKey(file(SOURCE))));
        Files.move(file("sources/letsbuild/other.camel.yaml"), file("sources/letsbuild/third.camel.yaml"));
        Files.delete(file(SOURCE));
        Waiting.until("a request by the renamed file", () -> upstream.asked("x").stream()
                .filter(asked -> asked.headers().containsKey("X-api-key"))
                .findFirst());
        Waiting.until("no refusal", () -> Optional.of(syncline.refusedRoutes()).filter(Map::isEmpty));
    }

    @Test
    void refusesACopyByTheLineOfTheIdThatItRepeats() throws Exception {
        start();

        Files.copy(file(SOURCE), file("sources/letsbuild/copy of letsbuild.camel.yaml"));

        assertThat(refusal("sources/letsbuild/copy of letsbuild.camel.yaml"))
                .containsPattern("copy of letsbuild.camel.yaml:\\d+: the id letsbuild is taken by " + file(SOURCE));
    }

    @Test
    void takesNoNoticeOfWhatEditorsLeave() throws Exception {
        Files.createSymbolicLink(file("sources/letsbuild/.#letsbuild.camel.yaml"), Path.of("somebody@nowhere:1"));
        Files.writeString(file("api/.tokens.camel.yaml"), "half");
        start();

        Files.writeString(file("api/._tokens.camel.yaml"), "half");
        Files.writeString(file("api/tokens.camel.yaml~"), "half");
        Files.writeString(file("api/#tokens.camel.yaml#"), "half");
        Files.createDirectories(file(".git"));
        Files.writeString(file(".git/x.camel.yaml"), "half");
        // The watch looks through the folder in one go, so what came before this is seen with it.
        edit("api/tokens.camel.yaml", "path: /api/tokens", "path: /api/keys");
        awaitStatus("/api/keys", 200);

        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @Test
    void losesNothingThatIsPulledWhileFilesAreSaved() throws Exception {
        int pages = 80;
        int records = 20;
        String[] headers = {"name: Authorization", "name: X-Api-Key"};
        AtomicInteger switches = new AtomicInteger();
        AtomicBoolean byKey = new AtomicBoolean();
        upstream.script("y", asked -> {
            if (byKey.getAndSet(asked.headers().containsKey("X-api-key"))
                    != asked.headers().containsKey("X-api-key")) {
                switches.incrementAndGet();
            }
            int number = asked.cursor().map(Integer::parseInt).orElse(0);
            // It goes on, without more records, until the routes were replaced a few times meanwhile.
            return Answer.json(
                    page(number + 1, number < pages ? records : 0, number + 1 < pages || switches.get() < 3));
        });
        start(Map.of("syncline.integration.x.url", upstream.url("y")));
        SyncedData data = new SyncedData(folder.resolve("data"));

        for (int saved = 0; saved < 3; saved++) {
            int before = saved;
            for (String file : List.of("pipeline.camel.yaml", "resilience.camel.yaml", "schedule.camel.yaml", TYPES)) {
                Files.writeString(file(file), "# saved\n" + Files.readString(file(file)));
            }
            edit(SOURCE, headers[saved % 2], headers[(saved + 1) % 2]);
            Waiting.until("a request by the saved file", () -> Optional.of(switches.get())
                    .filter(now -> now > before));
        }
        JobRow first = Waiting.until("the job", () -> data.jobs("x").stream()
                .filter(job -> List.of("completed", "failed").contains(job.status()))
                .findFirst());

        assertThat(first.status()).isEqualTo("completed");
        assertThat(first.id()).isEqualTo(data.jobs("x").get(0).id());
        assertThat(first.created()).isEqualTo((long) pages * records);
        assertThat(data.changes("x")).isEqualTo(pages * records);
        assertThat(data.entities("x", "Project")).hasSize(pages * records);
        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sources/letsbuild/letsbuild.camel.yaml | - removeHeaders:      | - removeHedders:      | removeHedders
                    sources/letsbuild/letsbuild.camel.yaml | ref: upstreamGraphql  | ref: noSuchBean       | noSuchBean
                    sources/letsbuild/project.graphql      | {                     | {{                    | Invalid
                    sources/letsbuild/entities.graphqls    | name: String          | name: Strong          | Strong
                    api/graphql.camel.yaml                 | ref: graphql          | ref: noSuchBean       | noSuchBean
                    api/tokens.camel.yaml                  | id: revoke-token      | id: [                 | expected
                    schedule.camel.yaml                    | id: schedule-interval | id: page              | is taken by
                    """)
    void doesNotStartOnABrokenFileAndNamesItsLine(String file, String old, String now, String reason)
            throws IOException {
        Files.writeString(file(file), Files.readString(file(file)).replace(old, now));

        assertThatThrownBy(this::start)
                .isInstanceOf(RouteFileException.class)
                .hasMessageContaining(reason)
                .hasMessageMatching("(?s).*" + file.substring(file.lastIndexOf('/') + 1) + ":\\d+: .*");
    }

    private void start() {
        start(Map.of());
    }

    private void start(Map<String, String> more) {
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
    private static String page(int next, int records, boolean hasMore) {
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

    private Optional<Integer> asked(int times) {
        return Optional.of(upstream.asked("x").size()).filter(now -> now >= times);
    }

    private String refusal(String file) {
        return Waiting.until(
                "a refusal of " + file,
                () -> Optional.ofNullable(syncline.refusedRoutes().get(file(file))));
    }

    private void awaitStatus(String path, int status) {
        Waiting.until(
                path + " to be answered " + status,
                () -> Optional.of(get(path, ADMIN).statusCode()).filter(now -> now == status));
    }

    private String readerToken() {
        send("/api/grants", ADMIN, "{\"principal\":\"reader\",\"integrationId\":\"*\"}");
        String made = send("/api/tokens", ADMIN, "{\"principal\":\"reader\",\"scopes\":[\"sync\"]}");
        return made.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    private String ask(String token, String query) {
        return get("/graphql?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8), token)
                .body();
    }

    private HttpResponse<String> get(String path, String token) {
        return send(request(path, token));
    }

    private String send(String path, String token, String body) {
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

    private Path file(String name) {
        return folder.resolve("routes").resolve(name);
    }

    private void edit(String name, String old, String now) throws IOException {
        String text = Files.readString(file(name));
        assertThat(text).contains(old);
        Files.writeString(file(name), text.replace(old, now));
    }

    private static void copy(Path from, Path to) {
        try {
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else {
                Files.copy(from, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
