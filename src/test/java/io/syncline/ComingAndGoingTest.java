package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks while Syncline starts or stops gets the answer or none, but never another one: a client could take it for a word about its data. */
final class ComingAndGoingTest {

    private static final String TOKEN = "t".repeat(64);
    private static final int CLIENTS = 4;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> answers = new ConcurrentSkipListSet<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void answersNothingElseWhileItStartsAndStops() throws Exception {
        int port = freePort();
        Settings settings = Settings.of(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.admin.token", TOKEN,
                "syncline.data", folder.toString()));
        FutureTask<?>[] clients = new FutureTask<?>[CLIENTS];
        CountDownLatch answered = new CountDownLatch(200);
        for (int client = 0; client < CLIENTS; client++) {
            clients[client] = new FutureTask<>(() -> ask(port, answered), true);
            new Thread(clients[client]).start();
        }
        try (Syncline syncline = Syncline.start(settings)) {
            assertThat(syncline).isNotNull();
            answered.await();
        }
        over.set(true);
        for (FutureTask<?> client : clients) {
            client.get();
        }

        assertThat(answers).containsExactly("204");
    }

    private void ask(int port, CountDownLatch answered) {
        HttpRequest start = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/sync/start"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + TOKEN)
                .header("X-Basecrm-Device-UUID", UUID.randomUUID().toString())
                .POST(BodyPublishers.noBody())
                .build();
        while (!over.get()) {
            try {
                HttpResponse<String> answer = http.send(start, BodyHandlers.ofString());
                answers.add(answer.statusCode()
                        + (answer.body().isEmpty() ? "" : ", " + answer.body().length()));
                answered.countDown();
            } catch (IOException notThere) {
                Thread.onSpinWait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
