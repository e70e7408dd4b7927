package io.syncline.feed;

import static io.syncline.feed.FeedServer.ADMIN;
import static io.syncline.feed.FeedServer.assertError;
import static io.syncline.feed.FeedServer.json;
import static io.syncline.feed.FeedServer.projects;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.access.AccessLimits;
import io.syncline.access.TokenScope;
import io.syncline.http.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plain feed does not take, and how it says so. */
class ChangesRefusalTest {

    private static FeedServer feed;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        feed = FeedServer.start();
        feed.beginAnew(folder);
    }

    @AfterAll
    static void stop() {
        feed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0", "null", "%F0%9F%98%80", "AAAAAAAAAAAAAAAAAAAAAAAA", "%22%3E%3Cscript%3E", "-1"})
    void refusesACursorThatIsNoneOfOurs(String cursor) throws Exception {
        assertError(feed.get("/api/changes?cursor=" + cursor), 400, "INVALID_CURSOR", "cursor");
    }

    @Test
    void refusesATokenThatAsksTooOften() throws Exception {
        feed.limit(new AccessLimits(1, 0));
        try {
            assertThat(feed.get("/api/changes").statusCode()).isEqualTo(200);

            HttpResponse<String> refused = feed.get("/api/changes");

            assertError(refused, 429, "RATE_LIMITED");
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            feed.clock.advance(Duration.ofSeconds(1));
            assertThat(feed.get("/api/changes").statusCode()).isEqualTo(200);
        } finally {
            feed.limit(AccessLimits.usual());
        }
    }

    @Test
    void refusesACursorThatWasCutOrAltered() throws Exception {
        feed.append("acme", projects(3));
        String cursor = json(feed.get("/api/changes?limit=1")).path("cursor").asText();

        for (int length = 1; length < cursor.length(); length++) {
            assertError(
                    feed.get("/api/changes?cursor=" + cursor.substring(0, length)), 400, "INVALID_CURSOR", "cursor");
        }
        for (int at = 0; at < cursor.length() - 1; at++) {
            String altered =
                    cursor.substring(0, at) + (cursor.charAt(at) == 'A' ? 'B' : 'A') + cursor.substring(at + 1);
            assertError(feed.get("/api/changes?cursor=" + altered), 400, "INVALID_CURSOR", "cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1001",
                "1000000000",
                "99999999999999999999",
                "1.5",
                "ten",
                "1e2",
                "0x10",
                "+5",
                "%D9%A5",
                "1%00"
            })
    void refusesALimitOutOfRange(String limit) throws Exception {
        assertError(feed.get("/api/changes?limit=" + limit), 400, "BAD_REQUEST", "limit");
    }

    @ParameterizedTest
    @CsvSource({
        "since=1, since",
        "Cursor=x, Cursor",
        "limit=1&limit=2, limit",
        "entityTypes=Project&entityTypes=Form, entityTypes",
        "entityTypes=Nothing, entityTypes",
        "'entityTypes=Project,,Form', entityTypes",
        "entityTypes=%2A, entityTypes",
        "=x, ''"
    })
    void namesTheParameterThatIsWrong(String query, String parameter) throws Exception {
        assertError(feed.get("/api/changes?" + query), 400, "BAD_REQUEST", parameter);
    }

    @Test
    void refusesAQueryThatIsTooLong() throws Exception {
        String response = Wire.exchange(
                feed.http.port(),
                "GET /api/changes?cursor=" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + ADMIN + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.0 414");
    }

    @Test
    void answersOnlyWhatItOffers() throws Exception {
        assertError(
                feed.http.send(feed.request("/api/changes", ADMIN).header("Accept", "text/csv")),
                406,
                "NOT_ACCEPTABLE");
    }

    @Test
    void takesNoAcceptFromTheQuery() throws Exception {
        assertError(feed.get("/api/changes?Accept=application/x-ndjson"), 400, "BAD_REQUEST", "Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void isOnlyRead(String method) throws Exception {
        HttpResponse<String> refused = feed.http.send(
                feed.request("/api/changes", ADMIN).method(method, HttpRequest.BodyPublishers.ofString("{}")));

        assertError(refused, 405, "METHOD_NOT_ALLOWED");
        assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void needsATokenWithTheScopeSync() throws Exception {
        String token = feed.access()
                .issue("p", Set.of(TokenScope.JOBS_READ, TokenScope.JOBS_WRITE, TokenScope.ADMIN))
                .secret();

        assertError(feed.http.send(feed.http.request("/api/changes")), 401, "UNAUTHENTICATED");
        assertError(feed.get("/api/changes?cursor=x", "x".repeat(64)), 401, "UNAUTHENTICATED");
        HttpResponse<String> refused = feed.get("/api/changes?cursor=x", token);
        assertError(refused, 403, "FORBIDDEN");
        assertThat(json(refused).at("/error/message").asText()).contains("'sync'");
    }

    @Test
    void echoesNothingOfTheRequest() throws Exception {
        HttpResponse<String> answered = feed.http.send(feed.request("/api/changes", ADMIN)
                .header("X-Anything", "echo-me")
                .header("Cookie", "echo-me=1"));

        assertThat(answered.headers().toString()).doesNotContain("echo-me").doesNotContain(ADMIN);
        assertThat(answered.headers().map().keySet()).allSatisfy(name -> assertThat(name.toLowerCase(Locale.ROOT))
                .isIn("cache-control", "content-length", "content-type", "date", "etag", "vary"));
    }

    @Test
    void keepsTheConnectionThroughABodyThatNobodyAskedFor() throws Exception {
        String get =
                "GET /api/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + ADMIN + "\r\nContent-Length: 5\r\n";

        String response = Wire.exchange(feed.http.port(), get + "\r\nhello" + get + "Connection: close\r\n\r\nhello");

        assertThat(response.split("HTTP/1.1 200", -1)).hasSize(3);
    }
}
