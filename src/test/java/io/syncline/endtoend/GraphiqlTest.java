package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.Settings;
import io.syncline.Syncline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page to try queries on: whole with the sandbox, and not there without it. */
final class GraphiqlTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void bringsAllThatItNeedsAndTheTokenToRunAQueryWith() throws Exception {
        Settings settings = settings(Map.of("syncline.sandbox", "true", "syncline.sandbox.port", "0"));
        Syncline syncline = Syncline.start(settings);
        try {
            HttpResponse<String> page = get(settings, "/graphiql");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
            List<String> references = REFERENCE
                    .matcher(page.body())
                    .results()
                    .map(found -> found.group(1))
                    .filter(reference -> !reference.startsWith("data:"))
                    .toList();
            assertThat(references).hasSizeGreaterThan(4).allSatisfy(reference -> {
                HttpResponse<String> asset = get(settings, reference);
                assertThat(asset.statusCode()).isEqualTo(200);
                assertThat(asset.headers().firstValue("Content-Type"))
                        .contains((reference.endsWith(".css") ? "text/css" : "text/javascript") + "; charset=utf-8");
                assertThat(asset.body()).isNotEmpty();
            });
            assertThat(get(settings, "/graphiql/page.js").body()).contains("Bearer " + Settings.SANDBOX_TOKEN);
            assertThat(get(settings, "/graphiql/other.js").statusCode()).isEqualTo(404);
            assertThat(get(settings, "/graphql?query=%7B__typename%7D").statusCode())
                    .isEqualTo(401);
        } finally {
            syncline.close();
        }
    }

    @Test
    void isNotThereWithoutTheSandbox() throws Exception {
        Settings settings = settings(Map.of());
        Syncline syncline = Syncline.start(settings);
        try {
            assertThat(get(settings, "/graphiql").statusCode()).isEqualTo(404);
            assertThat(get(settings, "/graphiql/page.js").statusCode()).isEqualTo(404);
        } finally {
            syncline.close();
        }
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> properties = new TreeMap<>(more);
        properties.put("syncline.port", "0");
        properties.put("syncline.data", folder.resolve("data").toString());
        return Settings.of(properties);
    }

    private HttpResponse<String> get(Settings settings, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.port() + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
