package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.ScriptedUpstream.Asked;
import io.syncline.pull.SyncedData.JobRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upstream may do wrong, each done to an integration of its own, all of one running Syncline. */
final class UpstreamThatLiesTest {

    private static final String TOKEN = "t0ken-not-to-be-shown";
    private static final String FIRST = "00000000-0000-4000-8000-000000000001";
    private static final String SECOND = "00000000-0000-4000-8000-000000000002";
    private static final String GOOD = page("done", false, project(FIRST, "First", 1));

    @TempDir
    private static Path folder;

    private static ScriptedUpstream upstream;
    private static Syncline syncline;
    private static SyncedData data;

    @BeforeAll
    static void startEverything() {
        upstream = new ScriptedUpstream();
        onceThenGood("errors-in-200", Answer.json("{\"data\":null,\"errors\":[{\"message\":\"kaboom\"}]}"));
        onceThenGood("truncated", Answer.json(GOOD.substring(0, GOOD.length() / 2)));
        onceThenGood(
                "html", new Answer(200, Map.of("Content-Type", "text/html"), "<!doctype html><title>Login</title>"));
        onceThenGood("no-content", Answer.status(204));
        onceThenGood("unavailable", Answer.status(503));
        onceThenGood("silent", Answer.silence());
        onceThenGood("throttled", new Answer(429, Map.of("Retry-After", "5"), "slow down"));
        onceThenGood(
                "throttled-in-200",
                Answer.json("{\"errors\":[{\"message\":\"slow\",\"extensions\":{\"code\":\"RATE_LIMITED\"}}]}"));
        upstream.script("same-cursor", asked -> Answer.json(page("c1", true, project(FIRST, "First", 1))));
        upstream.script(
                "two-cursors",
                asked -> Answer.json(page(asked.number() % 2 == 0 ? "even" : "odd", true, project(FIRST, "First", 1))));
        upstream.script(
                "no-cursor",
                asked -> Answer.json("{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":null,\"hasMore\":true}}}"));
        upstream.script(
                "duplicated",
                asked -> Answer.json(
                        asked.number() < 4
                                ? page(
                                        "c" + asked.number(),
                                        true,
                                        project(FIRST, "First", 1),
                                        project(SECOND, "Second", 2))
                                : page("c4", false)));
        upstream.script(
                "out-of-order",
                asked -> Answer.json(
                        switch (asked.number()) {
                            case 1 -> page("c1", true, project(FIRST, "New", 10));
                            case 2 -> page("c2", false, project(FIRST, "Old", 5));
                            default -> page("c2", false);
                        }));
        upstream.script(
                "unknown-enum",
                asked -> Answer.json("{\"data\":{\"formSync\":{\"changes\":[{\"entityId\":\"" + FIRST
                        + "\",\"entityType\":\"Form\",\"operationType\":\"CREATED\",\"data\":{\"id\":\"" + FIRST
                        + "\",\"status\":\"Exploded\",\"type\":\"SAFETY\"}}],\"cursor\":\"c\",\"hasMore\":false}}}"));
        upstream.script(
                "no-id",
                asked -> Answer.json(page(
                        "c",
                        false,
                        "{\"entityType\":\"Project\",\"operationType\":\"Created\",\"data\":{\"name\":\"Nameless\"}}",
                        project(FIRST, "First", 1))));
        upstream.script(
                "huge-record",
                asked -> Answer.json(
                        page("c", false, project(SECOND, "x".repeat(10_000_000), 1), project(FIRST, "First", 1))));
        upstream.script(
                "unreadable",
                asked -> Answer.json(page(
                        "moved-on",
                        false,
                        Stream.generate(() -> "{\"entityId\":\"7\"}").limit(20).toArray(String[]::new))));
        upstream.script("redirected", asked -> new Answer(302, Map.of("Location", upstream.url("thief")), ""));
        upstream.script("thief", asked -> Answer.json(GOOD));
        upstream.script("refused", asked -> new Answer(401, Map.of(), "who are you?"));
        upstream.script("not-found", asked -> new Answer(404, Map.of(), "nothing here"));
        upstream.script("not-graphql", asked -> Answer.json("[1,2,3]"));
        upstream.script("cursor-refused", asked -> switch (asked.cursor().orElse("")) {
            case "" -> Answer.json(page("c" + asked.number(), false, project(FIRST, "First", 1)));
            case "c1" ->
                Answer.json("{\"errors\":[{\"message\":\"gone\",\"extensions\":{\"code\":\"CURSOR_EXPIRED\"}}]}");
            default -> Answer.json(page(asked.cursor().get(), false, project(SECOND, "Second", 2)));
        });
        upstream.script(
                "broken-for-long",
                // As many failures as open the breaker; of what comes after it one more would fail the job.
                asked -> asked.number() <= 5 ? Answer.status(500) : Answer.json(GOOD));
        upstream.script("north", asked -> Answer.json(page("n", false, project(FIRST, "North", 1))));
        upstream.script("south", asked -> Answer.json(page("s", false, project(FIRST, "South", 1))));

        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", "0",
                "syncline.data", folder.toString(),
                "syncline.upstream.timeout", "5"));
        for (String id : List.of(
                "errors-in-200",
                "truncated",
                "html",
                "no-content",
                "unavailable",
                "silent",
                "throttled",
                "throttled-in-200",
                "same-cursor",
                "two-cursors",
                "no-cursor",
                "duplicated",
                "out-of-order",
                "unknown-enum",
                "no-id",
                "huge-record",
                "unreadable",
                "redirected",
                "refused",
                "not-found",
                "not-graphql",
                "cursor-refused",
                "broken-for-long",
                "north",
                "south")) {
            String prefix = "syncline.integration." + id + ".";
            properties.put(prefix + "source", "letsbuild");
            properties.put(prefix + "interval", "2");
            properties.put(prefix + "url", upstream.url(id));
            properties.put(prefix + "token", TOKEN);
            properties.put(prefix + "streams", id.equals("unknown-enum") ? "form" : "project");
        }
        data = new SyncedData(folder);
        syncline = Syncline.start(Settings.of(properties));
    }

    @AfterAll
    static void stopEverything() {
        syncline.close();
        upstream.close();
    }

    @Test
    void losesNothingToErrorsInA200() {
        assertRecovers("errors-in-200");
    }

    @Test
    void losesNothingToTruncatedJson() {
        assertRecovers("truncated");
    }

    @Test
    void losesNothingToAWebPageWith200() {
        assertRecovers("html");
    }

    @Test
    void losesNothingToAnAnswerWithoutContent() {
        assertRecovers("no-content");
    }

    @Test
    void losesNothingToAnUpstreamThatIsAwayForAMoment() {
        assertRecovers("unavailable");
    }

    @Test
    void losesNothingToSilence() {
        assertRecovers("silent");
    }

    @Test
    void waitsAsLongAsAThrottlingUpstreamAsks() {
        assertRecovers("throttled");
        List<Asked> asked = upstream.asked("throttled");
        assertThat(Duration.ofNanos(asked.get(1).atNanos() - asked.get(0).atNanos()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void losesNothingToThrottlingInA200() {
        assertRecovers("throttled-in-200");
    }

    @Test
    void endsALoopOfTheSameCursorAndKeepsWhatItGave() {
        assertThat(failed("same-cursor"))
                .satisfies(job -> assertThat(job.errorClass()).contains("schema"))
                .satisfies(job -> assertThat(job.error())
                        .contains("stream project: the upstream has more but gave a cursor that it gave before"));
        assertThat(names("same-cursor")).containsExactly("First");
    }

    @Test
    void endsALoopOfTwoCursors() {
        assertThat(failed("two-cursors").error()).contains("gave a cursor that it gave before");
    }

    @Test
    void refusesMoreWithoutACursor() {
        assertThat(failed("no-cursor").error()).contains("the upstream has more but gave no cursor to go on from");
    }

    @Test
    void appendsAPageThatComesAgainOnce() {
        completed("duplicated");
        assertThat(names("duplicated")).containsExactly("First", "Second");
        assertThat(data.changes("duplicated")).isEqualTo(2);
    }

    @Test
    void keepsTheNewerOfPagesOutOfOrder() {
        completed("out-of-order");
        assertThat(names("out-of-order")).containsExactly("New");
    }

    @Test
    void keepsAnEnumValueThatItDoesNotKnow() {
        completed("unknown-enum");
        JsonNode form = data.entities("unknown-enum", "Form").get(FIRST);
        assertThat(form.path("status").asText()).isEqualTo("Exploded");
        assertThat(form.path("type").asText()).isEqualTo("Safety");
    }

    @Test
    void setsARecordWithoutIdAsideAndTakesTheRest() {
        completed("no-id");
        assertThat(data.quarantined("no-id")).containsExactly("the record has no id");
        assertThat(names("no-id")).containsExactly("First");
    }

    @Test
    void setsARecordOfTenMegabytesAsideAndTakesTheRest() {
        completed("huge-record");
        assertThat(data.quarantined("huge-record")).singleElement().asString().contains("bytes, more than");
        assertThat(names("huge-record")).containsExactly("First");
    }

    @Test
    void takesNothingOfAPageThatIsMostlyUnreadable() {
        assertThat(failed("unreadable").error()).contains("20 of 20 records of a page cannot be read");
        assertThat(data.quarantined("unreadable")).isEmpty();
        assertThat(data.checkpoints("unreadable")).isEmpty();
    }

    @Test
    void followsNoRedirectWithItsToken() {
        assertThat(failed("redirected").error())
                .contains("302, a redirect to " + upstream.url("thief") + ", which is not followed");
        assertThat(upstream.asked("thief")).isEmpty();
    }

    @Test
    void pausesWhenItsTokenIsRefused() {
        JobRow job = Waiting.until("a paused job", () -> data.jobs("refused").stream()
                .filter(row -> row.status().equals("paused"))
                .findFirst());
        assertThat(job.errorClass()).contains("auth");
        assertThat(job.error())
                .contains("the upstream answered 401: who are you?")
                .contains("mend those in the settings of syncline.integration.refused")
                .doesNotContain(TOKEN);
    }

    @Test
    void saysWhereNothingWasFound() {
        assertThat(failed("not-found").error()).isEqualTo("the upstream answered 404: nothing here");
    }

    @Test
    void saysWhatCameInsteadOfGraphql() {
        assertThat(failed("not-graphql").error()).isEqualTo("the upstream's answer is no JSON object: [1,2,3]");
    }

    @Test
    void pullsEverythingAgainWhenItsCursorIsRefused() {
        assertThat(failed("cursor-refused").error())
                .contains("GraphQL error CURSOR_EXPIRED: gone")
                .contains("the next run pulls everything again");
        Waiting.until(
                "both projects", () -> Optional.of(names("cursor-refused")).filter(names -> names.size() == 2));
    }

    @Test
    void waitsForItsBreakerAndGoesOnInTheSameJob() {
        completed("broken-for-long");
        assertThat(data.jobs("broken-for-long").get(0).status()).isEqualTo("completed");
        assertThat(data.hasWaitedForItsBreaker("broken-for-long")).isTrue();
        assertThat(names("broken-for-long")).containsExactly("First");
    }

    @Test
    void keepsTwoIntegrationsOfOneSourceApart() {
        completed("north");
        completed("south");
        assertThat(names("north")).containsExactly("North");
        assertThat(names("south")).containsExactly("South");
    }

    @Test
    void sendsItsTokenAndNothingOfItsOwnInside() {
        completed("north");
        assertThat(upstream.asked("north").get(0).headers().keySet())
                .containsExactlyInAnyOrder(
                        "Authorization",
                        "Accept",
                        "Accept-encoding",
                        "Content-type",
                        "Content-length",
                        "Host",
                        "Connection",
                        "User-agent");
        assertThat(upstream.asked("north").get(0).headers().get("Authorization"))
                .containsExactly("Bearer " + TOKEN);
    }

    private static void onceThenGood(String path, Answer bad) {
        upstream.script(path, asked -> asked.number() == 1 ? bad : Answer.json(GOOD));
    }

    private static void assertRecovers(String integrationId) {
        JobRow job = completed(integrationId);
        assertThat(data.jobs(integrationId).get(0).id()).as("the first job").isEqualTo(job.id());
        assertThat(names(integrationId)).containsExactly("First");
    }

    private static JobRow completed(String integrationId) {
        return job(integrationId, "completed");
    }

    private static JobRow failed(String integrationId) {
        return job(integrationId, "failed");
    }

    private static JobRow job(String integrationId, String status) {
        return Waiting.until("a job of " + integrationId + " that is " + status, () -> data.jobs(integrationId).stream()
                .filter(row -> row.status().equals(status))
                .findFirst());
    }

    private static List<String> names(String integrationId) {
        return data.entities(integrationId, "Project").values().stream()
                .map(project -> project.path("name").asText())
                .toList();
    }

    private static String page(String cursor, boolean hasMore, String... changes) {
        return "{\"data\":{\"projectSync\":{\"changes\":["
                + Stream.of(changes).collect(Collectors.joining(",")) + "],\"cursor\":\"" + cursor + "\",\"hasMore\":"
                + hasMore + "}}}";
    }

    private static String project(String id, String name, int version) {
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Updated",
                 "data":{"id":"%s","name":"%s","code":"C","isArchived":false,"sequenceVersion":%d}}
                """.formatted(id, id, name, version);
    }
}
