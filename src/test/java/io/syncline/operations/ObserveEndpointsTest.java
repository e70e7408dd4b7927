package io.syncline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.access.Access;
import io.syncline.access.BuiltInToken;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.http.TestHttpServer;
import io.syncline.storage.Database;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObserveEndpointsTest {

    private final Clock clock = Clock.systemUTC();
    private final IntegrationStatus status =
            Statuses.inTrouble(Statuses.synced(clock.instant()), "upstream refuses its token");

    @TempDir
    private Path folder;

    private Database database;
    private Changelog changelog;
    private Access access;
    private Metrics metrics;
    private Operations operations;
    private TestHttpServer server;

    @BeforeEach
    void start() throws Exception {
        database = Database.open("jdbc:sqlite:" + folder.resolve("syncline.db"), "", "");
        changelog = Changelog.open(database, clock);
        access = Access.open(changelog, database, clock, List.of(BuiltInToken.sandbox()));
        metrics = Metrics.create();
        operations = Operations.create(metrics, database, changelog, access, () -> List.of(status), clock);
        server = TestHttpServer.serving(
                "routes/api/observe.camel.yaml",
                Map.of("health", operations.healthEndpoint(), "metrics", operations.metricsEndpoint()));
    }

    @AfterEach
    void stop() {
        server.close();
        operations.close();
        metrics.close();
        access.close();
        changelog.close();
        database.close();
    }

    @Test
    void tellsHealthToAnyone() throws Exception {
        HttpResponse<String> answer = server.send(server.request("/observe/health"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.body()).contains("\"DEGRADED\"").contains("acme: upstream refuses its token");
    }

    @Test
    void answersServiceUnavailableWhenTheDatabaseIsGone() throws Exception {
        database.close();

        HttpResponse<String> answer = server.send(server.request("/observe/health"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"DOWN\"").contains("the database does not answer");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<String> answer =
                server.send(server.request("/observe/health").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void takesNoOtherMethod() throws Exception {
        HttpRequest.Builder post = server.request("/observe/health").POST(BodyPublishers.ofString("{}"));

        assertThat(server.send(post).statusCode()).isEqualTo(405);
    }

    @Test
    void tellsMetricsToWhoMayReadJobsOrAdministrate() throws Exception {
        HttpResponse<String> answer = server.send(metrics("sandbox0".repeat(8)));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("syncline_changelog_head 0.0")
                .contains("syncline_integration_healthy{integration=\"acme\"} 0.0")
                .contains("syncline_entities_partial{integration=\"acme\"} 0.0");
        String admin = access.issue("monitoring", Set.of(TokenScope.ADMIN)).secret();
        assertThat(server.send(metrics(admin)).statusCode()).isEqualTo(200);
    }

    @Test
    void keepsMetricsFromWhoDoesNotSeeEveryIntegration() throws Exception {
        String reader = access.issue("operator", Set.of(TokenScope.JOBS_READ)).secret();
        access.grant("operator", "acme");
        assertThat(server.send(metrics(reader)).statusCode()).isEqualTo(403);

        access.grant("operator", "*");
        assertThat(server.send(metrics(reader)).statusCode()).isEqualTo(200);
    }

    @Test
    void keepsMetricsFromOthers() throws Exception {
        String reader = access.issue("reporting", Set.of(TokenScope.SYNC)).secret();

        assertThat(server.send(metrics(reader)).statusCode()).isEqualTo(403);
        assertThat(server.send(metrics("0".repeat(64))).statusCode()).isEqualTo(401);
        HttpResponse<String> without = server.send(server.request("/observe/metrics"));
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"syncline\"");
        assertThat(without.body()).contains("\"UNAUTHENTICATED\"");
    }

    @Test
    void tellsMetricsWithoutTheDatabase() throws Exception {
        database.close();

        HttpResponse<String> answer = server.send(metrics("sandbox0".repeat(8)));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("syncline_changelog_head 0.0");
    }

    private HttpRequest.Builder metrics(String token) {
        return server.request("/observe/metrics").header("Authorization", "Bearer " + token);
    }
}
