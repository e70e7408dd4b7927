package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedUpstream.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of records that need attention: those with an unknown relation, until it is known, and those that cannot be read. */
final class CountsTest {

    private static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);
    private static final String UNKNOWN = "00000000-0000-0000-0000-000000000000";
    private static final String PROJECT = "00000000-0000-4000-8000-000000000001";

    @TempDir
    private Path folder;

    @Test
    void countsPartialEntitiesUntilTheyAreRepairedAndRecordsInQuarantine() {
        AtomicReference<String> changes = new AtomicReference<>(contact("a1", UNKNOWN) + "," + contact("a2", UNKNOWN)
                + "," + contact("a3", PROJECT) + ",{\"entityId\":7}");
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script(
                    "x",
                    asked -> Answer.json("{\"data\":{\"contactDetailsSync\":{\"changes\":[" + changes.getAndSet("")
                            + "],\"cursor\":\"c" + asked.number() + "\",\"hasMore\":false}}}"));
            Settings settings = settings(upstream);
            Syncline syncline = Syncline.start(settings);
            try {
                awaitMetric(settings, "syncline_entities_partial{integration=\"x\"} 2.0");
                assertThat(metrics(settings)).contains("syncline_quarantine_records{integration=\"x\"} 1.0");

                changes.set(contact("a1", PROJECT));
                awaitMetric(settings, "syncline_entities_partial{integration=\"x\"} 1.0");

                changes.set(contact("a2", PROJECT));
                awaitMetric(settings, "syncline_entities_partial{integration=\"x\"} 0.0");
                assertThat(metrics(settings)).contains("syncline_quarantine_records{integration=\"x\"} 1.0");
            } finally {
                syncline.close();
            }
        }
    }

    private Settings settings(ScriptedUpstream upstream) {
        Map<String, String> properties = new HashMap<>(
                Map.of("syncline.port", "0", "syncline.admin.token", ADMIN, "syncline.data", folder.toString()));
        properties.put("syncline.integration.x.source", "letsbuild");
        properties.put("syncline.integration.x.interval", "1");
        properties.put("syncline.integration.x.url", upstream.url("x"));
        properties.put("syncline.integration.x.token", "t");
        properties.put("syncline.integration.x.streams", "contactDetails");
        return Settings.of(properties);
    }

    private static String contact(String end, String projectId) {
        String id = "00000000-0000-4000-9000-0000000000" + end;
        return "{\"operationType\":\"Updated\",\"entityType\":\"ContactDetails\",\"entityId\":\"" + id
                + "\",\"data\":{\"id\":\"" + id + "\",\"projectId\":\"" + projectId + "\"}}";
    }

    private static void awaitMetric(Settings settings, String line) {
        Waiting.until(line, () -> Optional.of(metrics(settings)).filter(text -> text.contains(line)));
    }

    private static String metrics(Settings settings) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + settings.port() + "/observe/metrics"))
                                    .header("Authorization", "Bearer " + ADMIN)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
