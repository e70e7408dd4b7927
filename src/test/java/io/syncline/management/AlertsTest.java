package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.syncline.pull.CopiedRoutes;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route of alerts, changed to post to a webhook as docs/operating.md says. */
final class AlertsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MANY = 120;
    private static final String DOCUMENTED = "https://hooks.example.com/syncline";

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final BlockingQueue<JsonNode> posted = new LinkedBlockingQueue<>();
    private final Map<String, String> properties = new HashMap<>();
    private HttpServer webhook;
    private TestDatabase database;
    private Hub hub;

    @BeforeEach
    void startWebhook() throws IOException {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            if (exchange.getRequestMethod().equals("POST")
                    && "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
                posted.add(JSON.readTree(exchange.getRequestBody()));
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        webhook.start();
        Path routes = CopiedRoutes.to(folder.resolve("routes"));
        Path resilience = routes.resolve("resilience.camel.yaml");
        Files.writeString(
                resilience, Files.readString(resilience).replace("redeliveryDelay: 500", "redeliveryDelay: 20"));
        postToWebhook(routes.resolve("alerts.camel.yaml"));
        properties.put("syncline.routes", routes.toString());
        database = TestDatabase.of(Database.Dialect.SQLITE, folder);
    }

    /** Takes the lines that docs/operating.md shows out of their comment in the file, with another address. */
    private void postToWebhook(Path alerts) throws IOException {
        String page = Files.readString(Path.of("docs/operating.md"));
        int shown = page.indexOf("```yaml\n", page.indexOf("## Alerts")) + "```yaml\n".length();
        String lines = page.substring(shown, page.indexOf("```", shown));
        String commented = lines.replaceAll("(?m)^( {14})", "$1# ");
        String text = Files.readString(alerts);
        assertThat(text).contains(commented);
        assertThat(lines).contains(DOCUMENTED);
        String hook = "http://127.0.0.1:" + webhook.getAddress().getPort() + "/hook";
        Files.writeString(alerts, text.replace(commented, lines.replace(DOCUMENTED, hook)));
    }

    @AfterEach
    void stop() {
        upstream.close();
        hub.close();
        webhook.stop(0);
    }

    @Test
    void tellsOfAFailedJobOnceWhileItStaysTheSame() throws InterruptedException {
        upstream.script("x", asked -> Answer.json("[]"));
        start("x");

        String job = hub.startJob("x", "full_sync", null);
        JsonNode alert = alert("job_failed");
        assertThat(alert.path("integrationId").asText()).isEqualTo("x");
        assertThat(alert.path("jobId").asText()).isEqualTo(job);
        assertThat(alert.path("message").asText()).contains("no JSON object");
        assertThat(alert.path("at").asText()).endsWith("Z");
        hub.await(job, "failed");
        hub.await(hub.startJob("x", "full_sync", null), "failed");
        assertThat(posted.poll(2, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void tellsOfAPauseWhichIsKeptOverARestart() throws InterruptedException {
        upstream.script("x", asked -> Answer.status(401));
        start("x");

        hub.await(hub.startJob("x", "full_sync", null), "paused");
        assertThat(alert("integration_paused").path("message").asText()).contains("401");
        hub.close();
        hub = Hub.start(folder, database, properties);

        assertThat(status().path("status").asText()).isEqualTo("paused");
        assertThat(hub.get("/observe/health")
                        .body()
                        .at("/integrations/x/reason")
                        .asText())
                .contains("refuses its credentials");
        hub.close();
        properties.put("syncline.integration.x.token", "mended");
        hub = Hub.start(folder, database, properties);
        assertThat(status().path("status").asText()).isEqualTo("active");
    }

    @Test
    void tellsThatABreakerOpens() throws InterruptedException {
        upstream.script("x", asked -> Answer.status(500));
        start("x");

        String job = hub.startJob("x", "full_sync", null);
        assertThat(alert("breaker_opened").path("jobId").asText()).isEqualTo(job);
        hub.post("/api/sync/jobs/" + job + "/stop", "{\"graceful\":false}");
    }

    @Test
    void tellsOfDeletesThatAreHeldBack() throws InterruptedException {
        Projects projects = new Projects(MANY, MANY);
        upstream.script("x", asked -> asked.number() == 1 ? projects.answer(asked) : NONE);
        start("x");

        hub.await(hub.startJob("x", "full_sync", null), "completed");
        String job = hub.startJob("x", "full_sync", null);
        hub.await(job, "completed");

        JsonNode alert = alert("deletes_held_back");
        assertThat(alert.path("jobId").asText()).isEqualTo(job);
        assertThat(alert.path("message").asText()).contains("" + MANY).contains("/approve");
    }

    private static final Answer NONE =
            Answer.json("{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"1\",\"hasMore\":false}}}");

    private JsonNode status() {
        return hub.get("/api/sync/integrations/status").body().at("/integrations/0");
    }

    private void start(String id) {
        properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        hub = Hub.start(folder, database, properties);
    }

    private JsonNode alert(String kind) throws InterruptedException {
        JsonNode alert = Optional.ofNullable(posted.poll(60, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no alert"));
        assertThat(alert.path("kind").asText()).isEqualTo(kind);
        return alert;
    }
}
