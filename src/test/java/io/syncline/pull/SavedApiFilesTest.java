package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The files of the API, and what editors leave beside them, while a Syncline runs on them. */
final class SavedApiFilesTest extends OnSavedFiles {

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
}
