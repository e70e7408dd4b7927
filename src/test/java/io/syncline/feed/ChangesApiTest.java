package io.syncline.feed;

import static io.syncline.feed.FeedServer.ADMIN;
import static io.syncline.feed.FeedServer.assertError;
import static io.syncline.feed.FeedServer.json;
import static io.syncline.feed.FeedServer.names;
import static io.syncline.feed.FeedServer.present;
import static io.syncline.feed.FeedServer.projects;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Observed;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain feed over HTTP, on a real changelog. */
class ChangesApiTest {

    private static FeedServer feed;

    @BeforeAll
    static void start() throws Exception {
        feed = FeedServer.start();
    }

    @BeforeEach
    void beginAnew(@TempDir Path folder) {
        feed.beginAnew(folder);
    }

    @AfterAll
    static void stop() {
        feed.close();
    }

    @Test
    void servesWhatTheChangelogHolds() throws Exception {
        feed.append("acme", present("Project", "a", "Rathaus \u00fc \"quoted\""), present("Form", "f", "Form"));
        String cursor = json(feed.get("/api/changes")).path("cursor").asText();
        feed.append("acme", new Observed.Gone("Project", "a", Optional.of(Instant.parse("2026-02-01T10:00:00.005Z"))));

        JsonNode page = json(feed.get("/api/changes?cursor=" + cursor));

        assertThat(names(page)).containsExactly("changes", "cursor", "hasMore");
        assertThat(page.path("hasMore").asBoolean(true)).isFalse();
        assertThat(page.path("changes")).hasSize(1);
        assertThat(page.at("/changes/0").toString())
                .isEqualTo(
                        "{\"sequenceVersion\":3,\"integrationId\":\"acme\",\"entityType\":\"Project\",\"entityId\":\"a\","
                                + "\"operation\":\"deleted\",\"occurredAt\":\"2026-02-01T10:00:00.005Z\",\"data\":null}");
    }

    @Test
    void servesSnapshotsAsTheyWereStored() throws Exception {
        feed.append("acme", present("Project", "a", "Rathaus \u00fc \"quoted\" \uD83C\uDFD7"));

        HttpResponse<String> response = feed.get("/api/changes");

        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json(response).at("/changes/0/data/name").asText())
                .isEqualTo("Rathaus \u00fc \"quoted\" \uD83C\uDFD7");
    }

    @Test
    void pagesThroughTheFeed() throws Exception {
        feed.append("acme", projects(250));

        List<String> ids = new ArrayList<>();
        String query = "?limit=100";
        List<Integer> sizes = new ArrayList<>();
        JsonNode page;
        do {
            page = json(feed.get("/api/changes" + query));
            page.path("changes")
                    .forEach(change -> ids.add(change.path("entityId").asText()));
            sizes.add(page.path("changes").size());
            query = "?limit=100&cursor=" + page.path("cursor").asText();
        } while (page.path("hasMore").asBoolean());

        assertThat(sizes).containsExactly(100, 100, 50);
        assertThat(ids).doesNotHaveDuplicates().hasSize(250);
        assertThat(json(feed.get("/api/changes")).path("changes"))
                .as("without a limit")
                .hasSize(100);
    }

    @Test
    void givesTheCursorBackOnAnEmptyPage() throws Exception {
        feed.append("acme", projects(1));
        String cursor = json(feed.get("/api/changes")).path("cursor").asText();

        JsonNode empty = json(feed.get("/api/changes?cursor=" + cursor));

        assertThat(empty.path("changes")).isEmpty();
        assertThat(empty.path("cursor").asText()).isEqualTo(cursor);
        assertThat(empty.path("hasMore").asBoolean(true)).isFalse();
    }

    @Test
    void selectsByEntityTypeWithoutRegardToCaseAndByIntegration() throws Exception {
        feed.append("acme", present("Project", "a", "A"), present("Form", "f", "F"));
        feed.append("other", present("Project", "b", "B"));

        assertThat(feed.ids("?entityTypes=FORM,project")).containsExactly("a", "f", "b");
        assertThat(feed.ids("?entityTypes=form")).containsExactly("f");
        assertThat(feed.ids("?integrationId=other")).containsExactly("b");
        assertThat(feed.ids("?integrationId=acme&entityTypes=Project")).containsExactly("a");
        assertThat(feed.ids("?cursor=&entityTypes=&integrationId=&limit=")).containsExactly("a", "f", "b");
    }

    @Test
    void showsOnlyWhatIsGrantedAndDoesNotTellWhatElseThereIs() throws Exception {
        feed.append("acme", present("Project", "a", "A"));
        feed.append("other", present("Project", "b", "B"));
        feed.access().grant("reporting", "acme");
        String token = feed.access().issue("reporting", Set.of(TokenScope.SYNC)).secret();

        assertThat(feed.ids("", token)).containsExactly("a");
        HttpResponse<String> hidden = feed.get("/api/changes?integrationId=other", token);
        HttpResponse<String> absent = feed.get("/api/changes?integrationId=none", token);
        assertThat(hidden.statusCode()).isEqualTo(200);
        assertThat(absent.statusCode()).isEqualTo(200);
        assertThat(json(hidden).path("changes")).isEmpty();
        assertThat(json(absent).path("changes")).isEmpty();
        assertThat(json(hidden).path("hasMore").asBoolean(true)).isFalse();
    }

    @Test
    void refusesACursorOfAnotherPrincipalOrAnotherSelection() throws Exception {
        feed.append("acme", projects(3));
        feed.access().grant("one", "acme");
        feed.access().grant("two", "acme");
        String one = feed.access().issue("one", Set.of(TokenScope.SYNC)).secret();
        String two = feed.access().issue("two", Set.of(TokenScope.SYNC)).secret();
        String cursor =
                json(feed.get("/api/changes?limit=1", one)).path("cursor").asText();

        assertThat(feed.get("/api/changes?limit=2&cursor=" + cursor, one).statusCode())
                .isEqualTo(200);
        assertError(feed.get("/api/changes?cursor=" + cursor, two), 400, "INVALID_CURSOR", "cursor");
        assertError(
                feed.get("/api/changes?entityTypes=Project&cursor=" + cursor, one), 400, "INVALID_CURSOR", "cursor");
        assertError(feed.get("/api/changes?integrationId=acme&cursor=" + cursor, one), 400, "INVALID_CURSOR", "cursor");
    }

    @Test
    void answersAnUnchangedPageWithoutABodyUntilSomethingOfItChanges() throws Exception {
        feed.append("acme", projects(2));
        String path = "/api/changes?entityTypes=Project&limit=1";
        String tag = feed.get(path).headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> unchanged = feed.conditional(path, "\"x\", " + tag);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(unchanged.headers().firstValue("ETag")).contains(tag);

        feed.append("acme", present("Form", "f", "Form"));
        assertThat(feed.conditional(path, tag).statusCode())
                .as("another type's change")
                .isEqualTo(304);
        feed.append("acme", present("Project", "p9", "Another"));
        assertThat(feed.conditional(path, tag).statusCode()).as("a change").isEqualTo(200);
    }

    @Test
    void answersInFullOnceADaySoThatTheCursorIsRenewed() throws Exception {
        feed.append("acme", projects(2));
        String path = "/api/changes?cursor="
                + json(feed.get("/api/changes?entityTypes=Project"))
                        .path("cursor")
                        .asText() + "&entityTypes=Project";
        feed.append("acme", present("Form", "f", "Form"));
        HttpResponse<String> polled = feed.get(path);
        String tag = polled.headers().firstValue("ETag").orElseThrow();
        assertThat(feed.conditional(path, tag).statusCode()).isEqualTo(304);

        feed.clock.advance(Duration.ofDays(1));

        assertThat(feed.conditional(path, tag).statusCode()).isEqualTo(200);
    }

    @Test
    void takesATagOnlyForThePageThatItCameWith() throws Exception {
        feed.append("acme", projects(2));
        feed.access().grant("reporting", "acme");
        String reporting =
                feed.access().issue("reporting", Set.of(TokenScope.SYNC)).secret();
        HttpResponse<String> first = feed.get("/api/changes?limit=1");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        String next =
                "/api/changes?limit=1&cursor=" + json(first).path("cursor").asText();

        assertThat(feed.conditional(next, tag).statusCode()).isEqualTo(200);
        assertThat(feed.conditional("/api/changes?limit=2", tag).statusCode()).isEqualTo(200);
        assertThat(feed.conditional("/api/changes?limit=1&integrationId=acme", tag)
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.http
                        .send(feed.request("/api/changes?limit=1", ADMIN)
                                .header("Accept", "application/x-ndjson")
                                .header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(200);
        assertThat(feed.http
                        .send(feed.request("/api/changes?limit=1", reporting).header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesNoTagForACursorThatIsNoneOfOurs() throws Exception {
        String tag = feed.get("/api/changes").headers().firstValue("ETag").orElseThrow();

        assertError(feed.conditional("/api/changes?cursor=x", tag), 400, "INVALID_CURSOR", "cursor");
        assertError(feed.conditional("/api/changes?cursor=x", "*"), 400, "INVALID_CURSOR", "cursor");
    }

    @Test
    void writesOneChangeALineForWhoAcceptsNdjson() throws Exception {
        feed.append("acme", projects(3));

        HttpResponse<String> response = feed.http.send(feed.request("/api/changes?limit=2", ADMIN)
                .header("Accept", "application/x-ndjson, application/json;q=0.5"));

        assertThat(response.headers().firstValue("Content-Type")).contains("application/x-ndjson; charset=utf-8");
        List<String> lines = response.body().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(names(json(lines.get(1)))).startsWith("sequenceVersion");
        assertThat(names(json(lines.get(2)))).containsExactly("cursor", "hasMore");
        assertThat(response.body()).endsWith("\n");
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() throws Exception {
        feed.append("acme", projects(3));

        HttpResponse<String> head =
                feed.http.send(feed.request("/api/changes", ADMIN).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("ETag"))
                .isEqualTo(feed.get("/api/changes").headers().firstValue("ETag"));
    }
}
