package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.SyncedData.JobRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saving files of routes while a running Syncline pulls. */
final class ReloadTest {

    @TempDir
    private Path folder;

    private Path source;
    private ScriptedUpstream upstream;
    private Syncline syncline;
    private SyncedData data;

    @BeforeEach
    void copyRoutes() throws IOException {
        Path routes = folder.resolve("routes");
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            all.forEach(file -> copy(file, routes.resolve(Path.of("routes").relativize(file))));
        }
        source = routes.resolve("sources/letsbuild/letsbuild.camel.yaml");
        upstream = new ScriptedUpstream();
    }

    @AfterEach
    void stop() {
        if (syncline != null) {
            syncline.close();
        }
        upstream.close();
    }

    @Test
    void pullsByTheSavedFile() throws IOException {
        upstream.script("x", asked -> Answer.json(page("c", false)));
        start();
        Waiting.until("a first job", () -> completed());

        replace(source, "name: Authorization", "name: X-Api-Key");

        Waiting.until("a request by the new route", () -> upstream.asked("x").stream()
                .filter(asked -> asked.headers().containsKey("X-api-key"))
                .findFirst());
    }

    @Test
    void finishesThePageInHandAndGoesOnFromItsCheckpointInTheSameJob() throws IOException {
        CountDownLatch inHand = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        upstream.script("x", asked -> {
            if (asked.number() == 2) {
                inHand.countDown();
                await(answer);
            }
            return Answer.json(page("c" + Math.min(asked.number(), 4), asked.number() < 4));
        });
        start();
        await(inHand);

        replace(source, "name: Authorization", "name: X-Api-Key");
        answer.countDown();

        JobRow job = Waiting.until("the job", this::completed);
        assertThat(job.id()).isEqualTo(data.jobs("x").get(0).id());
        assertThat(upstream.asked("x").subList(0, 4))
                .extracting(asked -> asked.cursor().orElse(""))
                .containsExactly("", "c1", "c2", "c3");
    }

    @Test
    void refusesABrokenFileAndPullsOnByWhatRan() throws IOException {
        upstream.script("x", asked -> Answer.json(page("c", false)));
        start();
        Waiting.until("a first job", this::completed);

        replace(source, "- removeHeaders:", "- removeHedders:");
        replace(folder.resolve("routes/resilience.camel.yaml"), "redeliveryDelay: 500", "redeliveryDelay: [");
        int before = upstream.asked("x").size();

        Waiting.until("both to be refused", () -> Optional.of(syncline.refusedRoutes())
                .filter(refused -> refused.size() == 2));
        assertThat(syncline.refusedRoutes().get(source))
                .startsWith(source + ":")
                .contains("removeHedders");
        Waiting.until(
                "pulls after it", () -> Optional.of(upstream.asked("x").size()).filter(size -> size > before + 1));
    }

    @Test
    void leavesTheClientOpenThatAllSourcesPullWith() throws IOException {
        upstream.script("x", asked -> Answer.json(page("c", false)));
        upstream.script("y", asked -> Answer.json("{\"results\":[],\"total_count\":0,\"next_page_results\":false}"));
        start(Map.of(
                "syncline.integration.y.source", "plane",
                "syncline.integration.y.interval", "1",
                "syncline.integration.y.url", upstream.url("y"),
                "syncline.integration.y.token", "t",
                "syncline.integration.y.workspace", "w",
                "syncline.integration.y.streams", "projects"));
        Waiting.until("a first pull", () -> upstream.asked("y").stream().findFirst());

        replace(folder.resolve("routes/sources/plane/plane.camel.yaml"), "name: Accept", "name: X-Accept");

        Waiting.until("a request by the new route", () -> upstream.asked("y").stream()
                .filter(asked -> asked.headers().containsKey("X-accept"))
                .findFirst());
        int before = upstream.asked("x").size();
        Waiting.until(
                "another source's pulls after it",
                () -> Optional.of(upstream.asked("x").size()).filter(size -> size > before + 1));
    }

    @Test
    void putsTheOldRouteBackWhenTheNewOneCannotStart() throws IOException {
        upstream.script("x", asked -> Answer.json(page("c", false)));
        start();
        Waiting.until("a first job", this::completed);

        replace(source, "ref: upstreamGraphql", "ref: noSuchBean");

        Waiting.until(
                "a refusal", () -> Optional.ofNullable(syncline.refusedRoutes().get(source)));
        int before = upstream.asked("x").size();
        Waiting.until(
                "pulls after it", () -> Optional.of(upstream.asked("x").size()).filter(size -> size > before + 1));
        assertThat(data.jobs("x")).extracting(JobRow::status).doesNotContain("failed");
    }

    private void start() {
        start(Map.of());
    }

    private void start(Map<String, String> more) {
        Path dataFolder = folder.resolve("data");
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", "0",
                "syncline.data", dataFolder.toString(),
                "syncline.routes", folder.resolve("routes").toString()));
        properties.put("syncline.integration.x.source", "letsbuild");
        properties.put("syncline.integration.x.interval", "1");
        properties.put("syncline.integration.x.url", upstream.url("x"));
        properties.put("syncline.integration.x.token", "t");
        properties.put("syncline.integration.x.streams", "project");
        properties.putAll(more);
        syncline = Syncline.start(Settings.of(properties));
        data = new SyncedData(dataFolder);
    }

    private Optional<JobRow> completed() {
        List<JobRow> jobs = data.jobs("x");
        return jobs.stream().filter(row -> row.status().equals("completed")).findFirst();
    }

    private static String page(String cursor, boolean hasMore) {
        return "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"" + cursor + "\",\"hasMore\":" + hasMore
                + "}}}";
    }

    private static void replace(Path file, String old, String now) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
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

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
