package io.syncline.graphql;

import static io.syncline.graphql.GraphqlFixture.withoutCursors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.View;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphqlEngineTest {

    private static final String ID = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    private static final String POINT = "{\"id\":\"" + ID
            + "\",\"subject\":\"Crack\",\"codeNum\":\"1.05\",\"date\":\"2026-01-02T03:04:05Z\",\"isArchived\":false,"
            + "\"status\":{\"id\":null,\"code\":\"open\",\"name\":\"Open\",\"color\":\"FF6A00\"}}";

    @TempDir
    private Path folder;

    private GraphqlFixture fixture;

    @BeforeEach
    void open() {
        fixture = GraphqlFixture.in(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ProjectSync", "FormSync", "PointSync", "ContactDetailsSync"})
    void runsThePublishedQueriesVerbatimByAPlan(String name) throws IOException {
        String query = published(name);
        Map<String, Object> noCursor = new HashMap<>();
        noCursor.put("cursor", null);

        String answer = withoutCursors(fixture.ask(query, noCursor));

        assertThat(answer).startsWith("{\"data\":{\"" + Character.toLowerCase(name.charAt(0)) + name.substring(1));
        assertThat(answer).contains("CURSOR").isEqualTo(withoutCursors(fixture.askLibrary(query, noCursor)));
        assertThat(fixture.askPlan(query, noCursor).map(GraphqlFixture::withoutCursors))
                .contains(answer);
    }

    @Test
    void servesWhatIsSelectedInTheOrderAskedFor() throws IOException {
        fixture.append("site", "Point", POINT);

        JsonNode sync = fixture.data(published("PointSync"), Map.of()).get("pointSync");

        assertThat(sync.get("changes").get(0).toString())
                .isEqualTo("{\"entityId\":\"" + ID + "\",\"entityType\":\"Point\",\"operationType\":\"Created\","
                        + "\"data\":{\"id\":\"" + ID + "\",\"subject\":\"Crack\",\"code\":null,\"codeNum\":\"1.05\","
                        + "\"date\":\"2026-01-02T03:04:05Z\",\"isArchived\":false,\"isUrgent\":null,\"dueDate\":null,"
                        + "\"projectId\":null,\"listId\":null,\"status\":{\"name\":\"Open\",\"color\":\"FF6A00\"}}}");
        assertThat(sync.get("hasMore").booleanValue()).isFalse();
        assertThat(sync.get("cursor").textValue()).isNotBlank();
    }

    @Test
    void drainsPageByPage() {
        fixture.append("site", "Form", forms(1, 7));
        String query = "query($cursor: String, $limit: Int) { formSync(cursor: $cursor, limit: $limit)"
                + " { changes { entityId } cursor hasMore } }";
        List<String> seen = new ArrayList<>();
        Map<String, Object> variables = new HashMap<>(Map.of("limit", 3));

        JsonNode page;
        do {
            page = fixture.data(query, variables).get("formSync");
            page.get("changes")
                    .forEach(change -> seen.add(change.get("entityId").textValue()));
            variables.put("cursor", page.get("cursor").textValue());
        } while (page.get("hasMore").booleanValue());

        assertThat(seen).containsExactly("1", "2", "3", "4", "5", "6", "7");
        assertThat(fixture.data(query, variables).get("formSync").get("cursor")).isEqualTo(page.get("cursor"));
    }

    @Test
    void tellsADeleteWithoutData() {
        fixture.append("site", "Form", forms(1, 1));
        String cursor = fixture.data("{ formSync { cursor } }", Map.of())
                .get("formSync")
                .get("cursor")
                .textValue();
        fixture.delete("site", "Form", "1");

        JsonNode change = fixture.data(
                        "query($cursor: String) { formSync(cursor: $cursor)"
                                + " { changes { entityId operationType sequenceVersion data { ... on Form { id } } } } }",
                        Map.of("cursor", cursor))
                .get("formSync")
                .get("changes")
                .get(0);

        assertThat(change.toString())
                .isEqualTo("{\"entityId\":\"1\",\"operationType\":\"Deleted\",\"sequenceVersion\":2,\"data\":null}");
    }

    @Test
    void givesEveryEntityTheSequenceVersionOfItsChange() {
        fixture.append("site", "Form", forms(1, 2));

        assertThat(fixture.ask("{ formSync { maxSequence changes { sequenceVersion data {"
                        + " ... on Form { sequenceVersion } } } } }"))
                .isEqualTo("{\"data\":{\"formSync\":{\"maxSequence\":2,\"changes\":["
                        + "{\"sequenceVersion\":1,\"data\":{\"sequenceVersion\":1}},"
                        + "{\"sequenceVersion\":2,\"data\":{\"sequenceVersion\":2}}]}}}");
    }

    @Test
    void servesAnUnknownEnumValueAsNull() {
        fixture.append("site", "Form", "{\"id\":\"1\",\"type\":\"Quality\",\"status\":\"Paused\"}");

        assertThat(fixture.ask("{ formSync { changes { data { ... on Form { type status } } } } }"))
                .isEqualTo(
                        "{\"data\":{\"formSync\":{\"changes\":[{\"data\":{\"type\":\"Quality\",\"status\":null}}]}}}");
    }

    @Test
    void sayWhereAStoredValueDoesNotFitItsType() {
        fixture.append("site", "Project", "{\"id\":\"1\",\"name\":\"Tower\",\"code\":7,\"isArchived\":false}");

        JsonNode answer = GraphqlFixture.json(
                fixture.ask("{ projectSync { changes { data { ... on Project { name code } } } } }"));

        assertThat(answer.get("errors").get(0).get("path").toString())
                .isEqualTo("[\"projectSync\",\"changes\",0,\"data\",\"code\"]");
        assertThat(answer.get("errors").get(0).get("extensions").get("code").textValue())
                .isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(answer.get("data")
                        .get("projectSync")
                        .get("changes")
                        .get(0)
                        .get("data")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    { formSync(cursor: "forged") { cursor } }                    | INVALID_CURSOR
                    { formSync(limit: 0) { cursor } }                            | BAD_USER_INPUT
                    { formSync(limit: 1000000000) { cursor } }                   | BAD_USER_INPUT
                    { formSync(limit: -1) { cursor } }                           | BAD_USER_INPUT
                    """)
    void refusesABadArgument(String query, String code) {
        JsonNode answer = GraphqlFixture.json(fixture.ask(query));

        assertThat(answer.get("errors").get(0).get("extensions").get("code").textValue())
                .isEqualTo(code);
        assertThat(answer.get("data").isNull()).isTrue();
    }

    @Test
    void refusesACursorOfAnotherField() {
        fixture.append("site", "Form", forms(1, 1));
        String cursor = fixture.data("{ formSync { cursor } }", Map.of())
                .get("formSync")
                .get("cursor")
                .textValue();

        assertThat(fixture.ask(
                        "query($cursor: String) { pointSync(cursor: $cursor) { cursor } }", Map.of("cursor", cursor)))
                .contains("INVALID_CURSOR");
    }

    @Test
    void showsNoDifferenceBetweenAnUnknownIntegrationAndOneOutOfSight() {
        fixture.append("hidden", "Form", forms(1, 1));
        View view = new View("guest", false, Set.of("other"));
        String query =
                "query($id: String) { formSync(integrationId: $id) { changes { entityId } hasMore maxSequence } }";

        String hidden = fixture.ask(view, query, Map.of("id", "hidden"));
        String unknown = fixture.ask(view, query, Map.of("id", "unknown"));

        assertThat(hidden)
                .isEqualTo("{\"data\":{\"formSync\":{\"changes\":[],\"hasMore\":false,\"maxSequence\":0}}}")
                .isEqualTo(unknown);
    }

    @Test
    void servesOneIntegrationWhereOneIsNamed() {
        fixture.append("one", "Form", forms(1, 1));
        fixture.append("two", "Form", forms(2, 2));

        assertThat(fixture.ask("{ formSync(integrationId: \"two\") { changes { entityId } } }"))
                .isEqualTo("{\"data\":{\"formSync\":{\"changes\":[{\"entityId\":\"2\"}]}}}");
    }

    @Test
    void limitsRootFieldsAfterAliasesAndFragments() {
        String aliased = IntStream.range(0, 300)
                .mapToObj(at -> "a" + at + ": formSync { cursor }")
                .collect(Collectors.joining(" ", "{ ...F } fragment F on Query { ", " }"));

        assertRefused(aliased, "300 root fields; at most 8", "syncline.graphql.max-root-fields");
    }

    @Test
    void countsAFieldThatIsThereTwiceOnce() {
        String repeated = "{ " + "formSync { hasMore } ".repeat(20) + "}";

        assertThat(fixture.ask(repeated)).isEqualTo("{\"data\":{\"formSync\":{\"hasMore\":false}}}");
    }

    @Test
    void limitsComplexityByThePagesAskedFor() {
        String selection = "{ changes { "
                + "a%d: entityId "
                        .repeat(300)
                        .formatted(IntStream.range(0, 300).boxed().toArray()) + "} }";

        assertThat(fixture.ask("{ formSync(limit: 100) " + selection + " }")).contains("\"changes\":[]");
        assertRefused(
                "{ formSync(limit: 1000) " + selection + " }", "at most 200000", "syncline.graphql.max-complexity");
        assertThatThrownBy(() -> fixture.ask(
                        "query($limit: Int) { formSync(limit: $limit) " + selection + " }", Map.of("limit", 1000)))
                .hasMessageContaining("syncline.graphql.max-complexity");
    }

    @Test
    void limitsDepth() throws IOException {
        GraphqlSettings shallow = new GraphqlSettings(8, 3, 200_000, 65_536, 5_000, Duration.ofSeconds(1), 1, true, 1);
        GraphqlEngine engine = new GraphqlEngine(fixture.changelog(), fixture.entityTypes(), shallow);

        assertThatThrownBy(() -> engine.answer(
                        new RequestContext(GraphqlFixture.EVERYTHING, GraphqlFixture.TIMEOUT),
                        GraphqlFixture.request("{ pointSync { changes { data { ... on Point { id } } } } }", Map.of())))
                .hasMessageContaining("4 fields deep; at most 3")
                .hasMessageContaining("syncline.graphql.max-depth");
    }

    @Test
    void limitsTokensAndLength() {
        assertRefused("{ formSync { " + "cursor ".repeat(5_000) + "} }", "more than 5000 tokens", "max-tokens");
        assertRefused("{ formSync { cursor } }" + " ".repeat(1 << 16), "characters long", "max-query-length");
        assertRefused("{ a ".repeat(1_000) + "}".repeat(1_000), "nests too deeply");
    }

    @Test
    void limitsIntrospection() {
        assertRefused(
                "{ __schema { types { fields { type { fields { name } } } } } }", "asks for more than any tool needs");
        assertRefused("{ a: __schema { types { name } } b: __schema { types { name } } }", "more than any tool needs");
        assertRefused(
                "{ __schema { types { " + "ofType { ".repeat(50) + "name" + " }".repeat(50) + " } } }",
                "more than any tool needs");
    }

    @Test
    void limitsTime() {
        RequestContext outOfTime = new RequestContext(GraphqlFixture.EVERYTHING, Duration.ofNanos(-1));

        assertThatThrownBy(() ->
                        fixture.engine().answer(outOfTime, GraphqlFixture.request("{ formSync { cursor } }", Map.of())))
                .hasMessageContaining("syncline.graphql.timeout");
    }

    @Test
    void limitsWhatFragmentsMultiply() {
        String bomb = "{ " + "projectSync { ...B } ".repeat(200) + "}"
                + " fragment B on ProjectSyncChangeSet { " + "changes { ...C } ".repeat(200) + "}"
                + " fragment C on ProjectChange { " + "data { ...D } ".repeat(200) + "}"
                + " fragment D on Project { " + "country { name } ".repeat(200) + "}";

        assertThatThrownBy(() -> fixture.ask(bomb)).isInstanceOf(GraphqlException.class);
    }

    @Test
    void introspectsOnlyWhereThatIsSwitchedOn() {
        GraphqlEngine closed =
                new GraphqlEngine(fixture.changelog(), fixture.entityTypes(), GraphqlSettings.defaults(false));
        GraphqlRequest request = GraphqlFixture.request("{ __schema { queryType { name } } }", Map.of());

        assertThat(fixture.ask(request.query()))
                .isEqualTo("{\"data\":{\"__schema\":{\"queryType\":{\"name\":\"Query\"}}}}");
        assertThatThrownBy(() ->
                        closed.answer(new RequestContext(GraphqlFixture.EVERYTHING, GraphqlFixture.TIMEOUT), request))
                .hasMessageContaining("syncline.graphql.introspection");
    }

    @Test
    void publishesDescriptionsAndNoComments() {
        String description =
                "{ __type(name: \"%s\") { description fields(includeDeprecated: true) { name description isDeprecated } } }";

        assertThat(fixture.ask(description.formatted("PointStatus")))
                .contains("\"description\":\"The project-specific status of a point.\"");
        assertThat(fixture.ask(description.formatted("FormSyncChangeSet")))
                .contains("{\"name\":\"maxSequence\",\"description\":null,\"isDeprecated\":true}");
    }

    @Test
    void forgetsQueriesThatAreNotUsed() {
        for (int at = 0; at < 2_000; at++) {
            fixture.ask("{ a" + at + ": formSync { cursor } }");
        }

        assertThat(fixture.engine().cachedQueries()).isLessThanOrEqualTo(GraphqlSettings.CACHED_QUERIES);
    }

    private void assertRefused(String query, String... parts) {
        assertThatThrownBy(() -> fixture.ask(query))
                .isInstanceOf(GraphqlException.class)
                .message()
                .contains(parts);
    }

    private static String[] forms(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(id -> "{\"id\":\"" + id + "\",\"subject\":\"Form " + id + "\"}")
                .toArray(String[]::new);
    }

    private static String published(String name) throws IOException {
        try (InputStream query = GraphqlEngineTest.class.getResourceAsStream("/published/" + name + ".graphql")) {
            return new String(query.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
