package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.integration.RouteFileException;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.SyncedData.JobRow;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of a source and of the pipeline, while a Syncline pulls by them, or before it starts. */
final class SavedSourceFilesTest extends OnSavedFiles {

    private static final String SOURCE = "sources/letsbuild/letsbuild.camel.yaml";
    private static final String TYPES = "sources/letsbuild/entities.graphqls";

    @Test
    void servesTheEntityTypesAsTheyAreNow() throws Exception {
        start();
        String token = readerToken();
        String mood = "{ formSync { changes { data { ... on Form { mood } } } } }";
        String gizmo = "{ gizmoSync { changes { entityId } cursor } }";
        assertThat(ask(token, mood)).contains("GRAPHQL_VALIDATION_FAILED");

        edit(TYPES, "  codeNum: String", "  codeNum: String\n  mood: String");
        Waiting.until("a new field", () -> Optional.of(ask(token, mood)).filter(answer -> answer.contains("\"data\"")));

        Files.createDirectories(file("sources/gizmos"));
        Files.writeString(
                file("sources/gizmos/entities.graphqls"),
                "type Gizmo @entity(type: \"Gizmo\", id: \"id\") {\n  id: ID!\n}\n");
        Waiting.until(
                "a new source", () -> Optional.of(ask(token, gizmo)).filter(answer -> answer.contains("\"data\"")));

        Files.writeString(
                file("sources/gizmos/entities.graphqls"),
                "type Gizmo @entity(type: \"Gizmo\", id: \"id\") {\n  id: Nonsense!\n}\n");
        assertThat(refusal("sources/gizmos/entities.graphqls")).contains("entities.graphqls:2: ");
        assertThat(ask(token, gizmo)).contains("\"data\"");

        Files.delete(file("sources/gizmos/entities.graphqls"));
        Waiting.until("the new source to be gone", () -> Optional.of(ask(token, gizmo))
                .filter(answer -> answer.contains("GRAPHQL_VALIDATION_FAILED")));
        Files.delete(file(TYPES));
        assertThat(refusal(TYPES)).contains("the integration x pulls with its source");
        assertThat(ask(token, mood)).contains("\"data\"");
    }

    @Test
    void pullsByTheQueriesAsTheyAreNowAndByNoBrokenOne() throws Exception {
        start();
        String query = "sources/letsbuild/project.graphql";
        Waiting.until("a request", () -> asked(1));

        edit(query, "query", "query {{");
        assertThat(refusal(query)).contains("project.graphql:1: ");
        int before = upstream.asked("x").size();
        Waiting.until("more requests", () -> asked(before + 2));
        assertThat(upstream.asked("x")).noneMatch(asked -> asked.query().contains("{{"));

        edit(query, "query {{", "# saved\nquery");
        Waiting.until("a request by the new query", () -> upstream.asked("x").stream()
                .filter(asked -> asked.query().contains("# saved"))
                .findFirst());
        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @Test
    void pullsOnWhereItsSourceIsTakenAwayAndByARenamedFile() throws Exception {
        start();
        Waiting.until("a request", () -> asked(1));
        String text = Files.readString(file(SOURCE));

        Files.delete(file(SOURCE));
        assertThat(refusal(SOURCE)).contains("syncline.integration.x.source");
        int before = upstream.asked("x").size();
        Waiting.until("more requests", () -> asked(before + 2));

        Files.writeString(
                file("sources/letsbuild/other.camel.yaml"), text.replace("name: Authorization", "name: X-Api-Key"));
        // Its id is taken by the file that was taken away and runs on, until that one may go.
        Files.writeString(file(SOURCE), text);
        Waiting.until("the file to be back", () -> Optional.of(syncline.refusedRoutes())
                .filter(refused -> !refused.containsKey(file(SOURCE))));
        Files.move(file("sources/letsbuild/other.camel.yaml"), file("sources/letsbuild/third.camel.yaml"));
        Files.delete(file(SOURCE));
        Waiting.until("a request by the renamed file", () -> upstream.asked("x").stream()
                .filter(asked -> asked.headers().containsKey("X-api-key"))
                .findFirst());
        Waiting.until("no refusal", () -> Optional.of(syncline.refusedRoutes()).filter(Map::isEmpty));
    }

    @Test
    void refusesACopyByTheLineOfTheIdThatItRepeats() throws Exception {
        start();

        Files.copy(file(SOURCE), file("sources/letsbuild/copy of letsbuild.camel.yaml"));

        assertThat(refusal("sources/letsbuild/copy of letsbuild.camel.yaml"))
                .containsPattern("copy of letsbuild.camel.yaml:\\d+: the id letsbuild is taken by " + file(SOURCE));
    }

    @Test
    void losesNothingThatIsPulledWhileFilesAreSaved() throws Exception {
        int pages = 80;
        int records = 20;
        String[] headers = {"name: Authorization", "name: X-Api-Key"};
        AtomicInteger switches = new AtomicInteger();
        AtomicBoolean byKey = new AtomicBoolean();
        upstream.script("y", asked -> {
            if (byKey.getAndSet(asked.headers().containsKey("X-api-key"))
                    != asked.headers().containsKey("X-api-key")) {
                switches.incrementAndGet();
            }
            int number = asked.cursor().map(Integer::parseInt).orElse(0);
            // It goes on, without more records, until the routes were replaced a few times meanwhile.
            return Answer.json(
                    page(number + 1, number < pages ? records : 0, number + 1 < pages || switches.get() < 3));
        });
        start(Map.of("syncline.integration.x.url", upstream.url("y")));
        SyncedData data = new SyncedData(folder.resolve("data"));

        for (int saved = 0; saved < 3; saved++) {
            int before = saved;
            for (String file : List.of("pipeline.camel.yaml", "resilience.camel.yaml", "schedule.camel.yaml", TYPES)) {
                Files.writeString(file(file), "# saved\n" + Files.readString(file(file)));
            }
            edit(SOURCE, headers[saved % 2], headers[(saved + 1) % 2]);
            Waiting.until("a request by the saved file", () -> Optional.of(switches.get())
                    .filter(now -> now > before));
        }
        JobRow first = Waiting.until("the job", () -> data.jobs("x").stream()
                .filter(job -> List.of("completed", "failed").contains(job.status()))
                .findFirst());

        assertThat(first.status()).isEqualTo("completed");
        assertThat(first.id()).isEqualTo(data.jobs("x").get(0).id());
        assertThat(first.created()).isEqualTo((long) pages * records);
        assertThat(data.changes("x")).isEqualTo(pages * records);
        assertThat(data.entities("x", "Project")).hasSize(pages * records);
        assertThat(syncline.refusedRoutes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sources/letsbuild/letsbuild.camel.yaml | - removeHeaders:      | - removeHedders:      | removeHedders
                    sources/letsbuild/letsbuild.camel.yaml | ref: upstreamGraphql  | ref: noSuchBean       | noSuchBean
                    sources/letsbuild/project.graphql      | {                     | {{                    | Invalid
                    sources/letsbuild/entities.graphqls    | name: String          | name: Strong          | Strong
                    api/graphql.camel.yaml                 | ref: graphql          | ref: noSuchBean       | noSuchBean
                    api/tokens.camel.yaml                  | id: revoke-token      | id: [                 | expected
                    schedule.camel.yaml                    | id: schedule-interval | id: page              | is taken by
                    """)
    void doesNotStartOnABrokenFileAndNamesItsLine(String file, String old, String now, String reason)
            throws IOException {
        Files.writeString(file(file), Files.readString(file(file)).replace(old, now));

        assertThatThrownBy(this::start)
                .isInstanceOf(RouteFileException.class)
                .hasMessageContaining(reason)
                .hasMessageMatching("(?s).*" + file.substring(file.lastIndexOf('/') + 1) + ":\\d+: .*");
    }

    private String refusal(String file) {
        return Waiting.until(
                "a refusal of " + file,
                () -> Optional.ofNullable(syncline.refusedRoutes().get(file(file))));
    }

    private Optional<Integer> asked(int times) {
        return Optional.of(upstream.asked("x").size()).filter(now -> now >= times);
    }
}
