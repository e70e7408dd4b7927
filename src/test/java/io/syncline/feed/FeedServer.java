package io.syncline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.access.Access;
import io.syncline.access.AccessLimits;
import io.syncline.access.BuiltInToken;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.http.TestHttpServer;
import io.syncline.integration.EntityTypes;
import io.syncline.operations.Metrics;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Processor;

/** The plain feed over HTTP on a free port. The changelog behind it is a new one whenever a test begins anew. */
final class FeedServer implements AutoCloseable {

    static final String ADMIN = "admin-token-".repeat(6).substring(0, 64);

    private static final JsonMapper MAPPER = new JsonMapper();

    final SetClock clock = new SetClock();
    final TestHttpServer http;

    private final Metrics metrics = Metrics.create();
    private final EntityTypes types = EntityTypes.load(Path.of("routes/sources"));
    private Optional<Database> database = Optional.empty();
    private Changelog changelog;
    private Access access;
    private ChangesEndpoint endpoint;

    private FeedServer() throws Exception {
        Processor current = exchange -> endpoint.process(exchange);
        http = TestHttpServer.serving("routes/api/feed.camel.yaml", Map.of("changes", current));
    }

    static FeedServer start() throws Exception {
        return new FeedServer();
    }

    /** Goes on with an empty changelog in a folder of the test. */
    void beginAnew(Path folder) {
        closeRooms();
        Database opened = TestDatabase.sqlite(folder).open();
        database = Optional.of(opened);
        changelog = Changelog.open(opened, clock);
        limit(AccessLimits.usual());
    }

    /** Goes on with limits on what is asked. */
    void limit(AccessLimits limits) {
        access = Access.open(changelog, database.orElseThrow(), clock, List.of(BuiltInToken.admin(ADMIN)), limits);
        endpoint = new ChangesEndpoint(access, changelog, () -> types, metrics.feed("rest"), clock);
    }

    Access access() {
        return access;
    }

    private void closeRooms() {
        database.ifPresent(open -> {
            access.close();
            changelog.close();
            open.close();
        });
    }

    @Override
    public void close() {
        http.close();
        closeRooms();
        metrics.close();
    }

    List<String> ids(String query) throws Exception {
        return ids(query, ADMIN);
    }

    List<String> ids(String query, String token) throws Exception {
        List<String> ids = new ArrayList<>();
        json(get("/api/changes" + query, token))
                .path("changes")
                .forEach(change -> ids.add(change.path("entityId").asText()));
        return ids;
    }

    HttpResponse<String> get(String path) throws Exception {
        return get(path, ADMIN);
    }

    HttpResponse<String> get(String path, String token) throws Exception {
        return http.send(request(path, token));
    }

    HttpResponse<String> conditional(String path, String tag) throws Exception {
        return http.send(request(path, ADMIN).header("If-None-Match", tag));
    }

    HttpRequest.Builder request(String path, String token) {
        return http.request(path).header("Authorization", "Bearer " + token);
    }

    void append(String integrationId, Observed... observed) {
        changelog.append(new Page(
                integrationId, "main", 1, Optional.empty(), List.of(observed), List.of(), Optional.of("checkpoint")));
    }

    static Observed[] projects(int count) {
        Observed[] projects = new Observed[count];
        for (int at = 0; at < count; at++) {
            projects[at] = present("Project", "p" + at, "Project " + at);
        }
        return projects;
    }

    static Observed present(String type, String id, String name) {
        Snapshot snapshot = Snapshot.of(MAPPER.createObjectNode().put("id", id).put("name", name));
        return new Observed.Present(
                type, id, snapshot, Optional.empty(), OptionalLong.empty(), false, Optional.empty());
    }

    static void assertError(HttpResponse<String> response, int status, String code) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode answer = json(response);
        assertThat(names(answer)).containsExactly("success", "error");
        assertThat(answer.at("/error/code").asText()).isEqualTo(code);
        assertThat(answer.at("/error/message").asText()).isNotBlank().doesNotContain("Exception");
    }

    static void assertError(HttpResponse<String> response, int status, String code, String field) throws IOException {
        assertError(response, status, code);
        assertThat(json(response).at("/error/field").asText()).isEqualTo(field);
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return json(response.body());
    }

    static JsonNode json(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }

    /** A clock that stands until it is told to go on. */
    static final class SetClock extends Clock {

        private Instant now = Instant.parse("2026-03-01T08:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
