package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many integrations and few places to work in. */
final class FairTurnsTest extends WithUpstream {

    private static final int HANGING = 6;
    private static final String NOTHING_NEW =
            "{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"1\",\"hasMore\":false}}}";

    @Test
    void letsNoUpstreamThatHangsStarveOthers() {
        List<String> quick = new ArrayList<>();
        for (int number = 0; number < HANGING; number++) {
            add("a-hangs-" + number, ScriptedUpstream.Answer.silence());
        }
        for (int number = 0; number < 4; number++) {
            quick.add(add("quick-" + number, Answer.json(NOTHING_NEW)));
        }
        // Nothing ends by running out of time.
        properties.put("syncline.upstream.timeout", "3600");
        start(4);

        for (String id : quick) {
            Waiting.until("jobs of " + id, () -> Optional.of(completed(id)).filter(jobs -> jobs >= 3));
        }
        // Half of the places remain with those that hang, and each has had its chance.
        for (int number = 0; number < HANGING; number++) {
            int hanging = number;
            Waiting.until("a call", () -> Optional.of(upstream.asked("a-hangs-" + hanging))
                    .filter(asked -> !asked.isEmpty()));
        }
    }

    @Test
    void letsNoLongJobStarveOthers() {
        AtomicInteger pages = new AtomicInteger();
        upstream.script("long", endless(pages));
        upstream.script("short", asked -> Answer.json(NOTHING_NEW));
        properties.putAll(Hub.integration("long", upstream.url("long"), "project"));
        properties.putAll(Hub.integration("short", upstream.url("short"), "project"));
        start(1);

        String endless = hub.startJob("long", "full_sync", null);
        Waiting.until("its first pages", () -> Optional.of(pages).filter(given -> given.get() > 2));
        hub.await(hub.startJob("short", "full_sync", null), "completed");

        assertThat(hub.job(endless).path("status").asText()).isEqualTo("running");
        int before = pages.get();
        Waiting.until("more pages", () -> Optional.of(pages).filter(given -> given.get() > before));
    }

    @Test
    void tellsAJobThatWaitsForAnotherOfItsIntegrationNoPlaceInTheQueue() {
        CountDownLatch open = new CountDownLatch(1);
        upstream.script("long", endless(new AtomicInteger()));
        upstream.script("short", asked -> {
            awaitOpen(open);
            return Answer.json(NOTHING_NEW);
        });
        properties.putAll(Hub.integration("long", upstream.url("long"), "project"));
        properties.putAll(Hub.integration("short", upstream.url("short"), "project"));
        start(1);
        String waiting = hub.startJob("long", "full_sync", null);
        hub.post("/api/sync/jobs/" + waiting + "/stop", null);
        hub.await(waiting, "stopped");
        hub.await(hub.startJob("long", "full_sync", null), "running");
        hub.post("/api/sync/jobs/" + waiting + "/resume", null);

        hub.startJob("short", "full_sync", null);
        Waiting.until("the running job to wait for its place", () -> Optional.of(hub.text("/observe/metrics"))
                .filter(text -> text.contains("syncline_jobs_position{integration=\"long\"} 1.0")));

        assertThat(hub.job(waiting).path("status").asText()).isEqualTo("queued");
        assertThat(hub.job(waiting).path("position").isNull()).isTrue();
        open.countDown();
    }

    @Test
    void getsTheOnlyPlaceBackFromUpstreamsThatHangOrAskForPatience() {
        upstream.script("patience", asked -> new Answer(429, Map.of("Retry-After", "3600"), ""));
        upstream.script("hangs", asked -> Answer.silence());
        upstream.script("quick", asked -> Answer.json(NOTHING_NEW));
        for (String id : List.of("patience", "hangs", "quick")) {
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
            properties.put("syncline.integration." + id + ".token", "of-" + id);
        }
        properties.put("syncline.upstream.timeout", "1");
        start(1);

        List<String> waiting = new ArrayList<>();
        for (String id : List.of("patience", "hangs")) {
            waiting.add(hub.startJob(id, "full_sync", null));
            Waiting.until("its call", () -> Optional.of(upstream.asked(id)).filter(asked -> !asked.isEmpty()));
        }
        hub.await(hub.startJob("quick", "full_sync", null), "completed");

        assertThat(waiting)
                .allSatisfy(
                        job -> assertThat(hub.job(job).path("status").asText()).isEqualTo("running"));
    }

    @Test
    void worksOnNoMoreThanItMayAndTellsTheOthersTheirPlaceInTheQueue() {
        AtomicInteger inHand = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch open = new CountDownLatch(1);
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            String id = "i" + number;
            ids.add(id);
            properties.putAll(Hub.integration(id, upstream.url(id), "project"));
            upstream.script(id, asked -> {
                most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
                awaitOpen(open);
                inHand.decrementAndGet();
                return Answer.json(NOTHING_NEW);
            });
        }
        start(2);

        List<String> jobs =
                ids.stream().map(id -> hub.startJob(id, "full_sync", null)).toList();
        Waiting.until("two at work", () -> Optional.of(inHand).filter(some -> some.get() == 2));
        List<Integer> positions = Waiting.until("three that wait", () -> Optional.of(jobs.stream()
                        .map(hub::job)
                        .filter(job -> job.path("status").asText().equals("queued"))
                        .map(job -> job.path("position"))
                        .filter(JsonNode::isInt)
                        .map(JsonNode::asInt)
                        .toList())
                .filter(found -> found.size() == 3));

        assertThat(positions).containsExactly(1, 2, 3);
        assertThat(hub.text("/observe/metrics"))
                .contains("syncline_jobs_places 2.0", "syncline_jobs_working 2.0", "syncline_jobs_waiting 3.0")
                .contains("syncline_jobs_position{integration=\"i4\"} 3.0");
        open.countDown();
        jobs.forEach(job -> hub.await(job, "completed"));
        assertThat(most.get()).isEqualTo(2);
    }

    private static ScriptedUpstream.Script endless(AtomicInteger pages) {
        return asked -> Answer.json("{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"c"
                + pages.incrementAndGet() + "\",\"hasMore\":true}}}");
    }

    private String add(String id, Answer answer) {
        upstream.script(id, asked -> answer);
        properties.putAll(Hub.integration(id, upstream.url(id), "project"));
        properties.remove("syncline.integration." + id + ".cron");
        properties.put("syncline.integration." + id + ".interval", "1");
        return id;
    }

    private void start(int concurrent) {
        properties.put("syncline.jobs.concurrent", Integer.toString(concurrent));
        start(Database.Dialect.SQLITE);
    }

    private int completed(String id) {
        return hub.get("/api/sync/jobs?status=completed&integrationId=" + id)
                .body()
                .path("total")
                .asInt();
    }

    private static void awaitOpen(CountDownLatch open) {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
