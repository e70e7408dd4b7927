package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator is told of who may see what, and who said so. */
class ExplainTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private AccessServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = AccessServer.ofExplanations(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return AccessServer.json(answer);
    }

    private void append(Observed observed) {
        server.changelog()
                .append(new Page(
                        "acme", "forms", 1, Optional.of("job-7"), List.of(observed), List.of(), Optional.empty()));
    }

    private static Observed form(String scope) throws Exception {
        return new Observed.Present(
                "Form",
                "f1",
                Snapshot.of(MAPPER.readTree("{\"id\":\"f1\"}")),
                Optional.of(scope),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }

    @Test
    void saysWhyAPrincipalSeesAnEntityAndWhatTouchedItLast() throws Exception {
        server.access().grant(Optional.empty(), "ann", new Grant.Extent("acme", Optional.of("p1"), Set.of()));
        append(form("p1"));

        JsonNode seen =
                get("/api/explain?principal=ann&entityType=Form&entityId=f1").at("/entities/0");
        assertThat(seen.path("visible").asBoolean()).isTrue();
        assertThat(seen.at("/grants/0/shows").asBoolean()).isTrue();
        assertThat(seen.at("/lastChange/jobId").asText()).isEqualTo("job-7");
        assertThat(seen.at("/lastChange/sequenceVersion").asLong())
                .isEqualTo(server.changelog().head());

        append(form("p2"));
        JsonNode hidden = get("/api/explain?principal=ann&entityType=form&entityId=f1&integrationId=acme")
                .at("/entities/0");
        assertThat(hidden.path("visible").asBoolean()).isFalse();
        assertThat(hidden.at("/grants/0/reason").asText()).contains("'p1'", "'p2'");
        assertThat(get("/api/explain?principal=bob&entityType=Form&entityId=f1")
                        .at("/entities/0/reason")
                        .asText())
                .isEqualTo("The principal has no grant.");
        assertThat(get("/api/explain?principal=ann&entityType=Form&entityId=nope")
                        .path("entities"))
                .isEmpty();
    }

    @Test
    void remembersWhoGrantedAndRevokedWhat() throws Exception {
        Caller admin = server.access().caller(AccessServer.ADMIN).orElseThrow();
        Grant grant = server.access().grant(Optional.of(admin), "ann", Grant.Extent.whole("acme"));
        server.access().revokeGrant(Optional.of(admin), grant.id());
        server.access().issue("bob", Set.of(TokenScope.SYNC));

        JsonNode entries = get("/api/audit?principal=ann").path("entries");
        assertThat(entries).hasSize(2);
        assertThat(entries.at("/0/action").asText()).isEqualTo("grant.revoked");
        assertThat(entries.at("/0/actor").asText()).isEqualTo("admin");
        assertThat(entries.at("/1/subject/grantId").asText()).isEqualTo(grant.id());
        assertThat(get("/api/audit?limit=1").at("/entries/0/action").asText()).isEqualTo("token.created");
    }
}
