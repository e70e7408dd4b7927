package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.SyncedData.JobRow;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Saving files of routes while a running Syncline pulls. */
final class ReloadTest extends OnSavedFiles {

    private static final String SOURCE = "sources/letsbuild/letsbuild.camel.yaml";

    private SyncedData data;

    @BeforeEach
    void readBeside() {
        data = new SyncedData(folder.resolve("data"));
    }

    @Test
    void pullsByTheSavedFile() throws IOException {
        upstream.script("x", asked -> Answer.json(page("c", false)));
        start();
        Waiting.until("a first job", () -> completed());

        edit(SOURCE, "name: Authorization", "name: X-Api-Key");

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

        edit(SOURCE, "name: Authorization", "name: X-Api-Key");
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

        edit(SOURCE, "- removeHeaders:", "- removeHedders:");
        edit("resilience.camel.yaml", "redeliveryDelay: 500", "redeliveryDelay: [");
        int before = upstream.asked("x").size();

        Waiting.until("both to be refused", () -> Optional.of(syncline.refusedRoutes())
                .filter(refused -> refused.size() == 2));
        assertThat(syncline.refusedRoutes().get(file(SOURCE)))
                .startsWith(file(SOURCE) + ":")
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

        edit("sources/plane/plane.camel.yaml", "name: Accept", "name: X-Accept");

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

        edit(SOURCE, "ref: upstreamGraphql", "ref: noSuchBean");

        Waiting.until(
                "a refusal", () -> Optional.ofNullable(syncline.refusedRoutes().get(file(SOURCE))));
        int before = upstream.asked("x").size();
        Waiting.until(
                "pulls after it", () -> Optional.of(upstream.asked("x").size()).filter(size -> size > before + 1));
        assertThat(data.jobs("x")).extracting(JobRow::status).doesNotContain("failed");
    }

    private Optional<JobRow> completed() {
        List<JobRow> jobs = data.jobs("x");
        return jobs.stream().filter(row -> row.status().equals("completed")).findFirst();
    }

    private static String page(String cursor, boolean hasMore) {
        return "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"" + cursor + "\",\"hasMore\":" + hasMore
                + "}}}";
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
