package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a folder that somebody is still working on: file, line and reason. */
final class SourceCheckTest {

    private static final String ROUTE = """
            - routeTemplate:
                id: acme
                parameters:
                  - name: integrationId
                  - name: url
                    description: Where it is
                  - name: token
                    description: What it asks for
                route:
                  errorHandler:
                    noErrorHandler: {}
                  from:
                    uri: direct:pull-{{integrationId}}
                    steps:
                      - removeHeaders:
                          pattern: "*"
                      - setHeader:
                          name: Authorization
                          constant: "Bearer {{token}}"
                      - to: "{{url}}/leads?httpClient=#upstream"
                      - bean:
                          ref: upstreamJson
                          method: read(${body})
                      - setBody:
                          jq: |
                            {
                              changes: [.leads[] | {operation: "upsert", entityType: "lead", data: .}],
                              hasMore: false
                            }
            """;
    private static final String TYPES = """
            directive @entity(type: String, id: String = "id", scope: String, version: String) on OBJECT

            type AcmeLead @entity(type: "lead") {
              id: ID!
              name: String!
              owner: AcmeOwner
            }

            type AcmeOwner {
              email: String
            }
            """;
    private static final String ANSWER = """
            {"leads": [{"id": 1, "name": "Ada", "owner": {"email": "ada@acme.example"}, "colour": "red"}]}
            """;

    @TempDir
    private Path folder;

    private Path source;
    private Path route;
    private Path types;

    @BeforeEach
    void writeTheSource() throws IOException {
        source = Files.createDirectories(folder.resolve("routes/sources/acme"));
        route = Files.writeString(source.resolve("acme.camel.yaml"), ROUTE);
        types = Files.writeString(source.resolve("entities.graphqls"), TYPES);
    }

    @Test
    void refusesAStreamThatTheSourceDoesNotHave() {
        assertThatThrownBy(() -> new SourceCheck(source, Path.of("application.properties"))
                        .replay(ANSWER.getBytes(StandardCharsets.UTF_8), Optional.of("tickets")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no stream tickets; it has acme");
    }

    @Test
    void showsTheChangesOfARecordedAnswerAndWhatIsNotDeclared() {
        SourceCheck.Result result = replay(ANSWER);

        assertThat(result.violations()).isEmpty();
        assertThat(result.changes())
                .containsExactly("{\"entityType\":\"lead\",\"entityId\":\"1\",\"operation\":\"upsert\","
                        + "\"data\":{\"id\":\"1\",\"name\":\"Ada\",\"owner\":{\"email\":\"ada@acme.example\"}}}");
        assertThat(result.notes()).anyMatch(note -> note.endsWith("AcmeLead.colour"));
    }

    @Test
    void tellsEverythingThatIsWrongAtOnce() throws IOException {
        Files.writeString(
                route,
                ROUTE.replace("removeHeaders", "removeHedders")
                        .replace("{{token}}", "{{tokn}}")
                        .replace("ref: upstreamJson", "rf: upstreamJson"));
        Files.writeString(types, TYPES.replace("String!", "Text!").replace("email: String", "email: Mail"));

        SourceCheck.Result result = replay(ANSWER);

        assertThat(result.violations())
                .hasSize(5)
                .anyMatch(violation -> violation.startsWith(lineOf(route, "removeHedders")))
                .anyMatch(violation -> violation.startsWith(lineOf(route, "{{tokn}}")))
                .anyMatch(violation -> violation.startsWith(lineOf(route, "rf: upstreamJson")))
                .anyMatch(violation -> violation.startsWith(lineOf(types, "Text!")))
                .anyMatch(violation -> violation.startsWith(lineOf(types, "Mail")));
    }

    private static String lineOf(Path file, String text) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).contains(text)) {
                    return file + ":" + (line + 1) + ": ";
                }
            }
            throw new AssertionError(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void namesTheDeclarationThatARecordDoesNotFit() {
        SourceCheck.Result result = replay("""
                {"leads": [{"id": 1, "name": "Ada"}, {"id": 2, "name": {"first": "Eve"}}, {"id": 3, "name": "Bob", "owner": {"email": 7}}, {"id": 4}]}
                """);

        assertThat(result.changes()).hasSize(1);
        assertThat(result.violations()).hasSize(3);
        assertThat(result.violations().get(0)).startsWith(types + ":5: lead.name is an object, not text");
        assertThat(result.violations().get(1)).startsWith(types + ":10: lead.owner.email is 7, not text");
        assertThat(result.violations().get(2)).startsWith(types + ":5: lead.name is missing");
    }

    @Test
    void namesTheLineThatGivesAnUndeclaredType() throws IOException {
        Files.writeString(route, ROUTE.replace("entityType: \"lead\"", "entityType: \"deal\""));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":25: the source acme declares no entity type \"deal\"");
    }

    @Test
    void namesTheLineWhereTheAnswerHasAnotherForm() {
        assertThat(replay("{\"error\": \"no such page\"}").violations())
                .singleElement()
                .asString()
                .startsWith(route + ":24: ")
                .contains("null");
    }

    @Test
    void namesTheLineOfAPageWithoutItsParts() throws IOException {
        Files.writeString(route, ROUTE.replace("hasMore: false", "more: false"));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":25: what the source acme gave is no page");
    }

    @Test
    void namesTheLineOfAPageThatWouldBeAskedForAgainAndAgain() throws IOException {
        Files.writeString(route, ROUTE.replace("hasMore: false", "hasMore: true"));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":25: the page tells hasMore, but not where to go on");
    }

    @Test
    void namesTheLineOfTheTypeThatAnotherSourceHas() throws IOException {
        Path later = Files.createDirectories(source.resolveSibling("zeta"));
        Files.writeString(
                later.resolve("entities.graphqls"), "type ZetaLead @entity(type: \"lead\") {\n  id: ID!\n}\n");

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(types + ":")
                .contains("the entity type lead is also declared by the source zeta as ZetaLead");
    }

    @Test
    void namesTheLineOfAMethodThatABeanDoesNotHave() throws IOException {
        Files.writeString(route, ROUTE.replace("method: read(", "method: reed("));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(lineOf(route, "method: reed("))
                .contains("reed(");
    }

    @Test
    void namesTheLineOfWrongYaml() throws IOException {
        Files.writeString(route, ROUTE.replace("- removeHeaders:", "- removeHeader: ["));

        assertThat(replay(ANSWER).violations()).singleElement().asString().startsWith(route + ":17: ");
    }

    @Test
    void namesTheLineOfAnUnknownStep() throws IOException {
        Files.writeString(route, ROUTE.replace("- removeHeaders:", "- dropHeaders:"));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":15: ")
                .contains("dropHeaders");
    }

    @Test
    void namesTheLineOfAnUndeclaredParameter() throws IOException {
        Files.writeString(route, ROUTE.replace("{{token}}", "{{tokn}}"));

        assertThat(replay(ANSWER).violations())
                .containsExactly(
                        route + ":19: {{tokn}} is no parameter of the template, which has folder, integrationId,"
                                + " token, url");
    }

    @Test
    void namesTheLineOfAnExpressionThatCannotBeRead() throws IOException {
        Files.writeString(route, ROUTE.replace(".leads[] |", ".leads[[ |"));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":27: the jq expression cannot be read");
    }

    @Test
    void namesTheLineOfACallWithoutBounds() throws IOException {
        Files.writeString(route, ROUTE.replace("httpClient=", "httpClinet="));

        assertThat(replay(ANSWER).violations())
                .singleElement()
                .asString()
                .startsWith(route + ":20: ")
                .contains("httpClient=#upstream");
    }

    @Test
    void namesTheLineOfAnotherBeginning() throws IOException {
        Files.writeString(route, ROUTE.replace("direct:pull-{{integrationId}}", "direct:pull"));

        assertThat(replay(ANSWER).violations())
                .containsExactly(
                        route + ":12: the route of a source must begin with direct:pull-{{integrationId}}, not with"
                                + " direct:pull");
    }

    @Test
    void namesTheFileWithoutTheTemplate() throws IOException {
        Files.writeString(route, ROUTE.replace("id: acme", "id: other"));

        assertThat(replay(ANSWER).violations())
                .containsExactly(route + ":1: there is no route template with the id acme, the folder's name");
    }

    @Test
    void namesTheLineOfAWrongEntityType() throws IOException {
        Files.writeString(types, TYPES.replace("email: String", "email: Mail"));

        assertThat(replay(ANSWER).violations())
                .containsExactly(types + ":10: the field AcmeOwner.email is of the type Mail, which is not declared");
    }

    @Test
    void namesTheLineOfASettingThatTheSourceDoesNotKnowAndOfOneThatIsMissing() throws IOException {
        Path properties = Files.writeString(
                folder.resolve("application.properties"),
                "syncline.integration.berlin.source=acme\nsyncline.integration.berlin.tokn=x\n");
        IntegrationSettings berlin = new IntegrationSettings(
                "berlin", "acme", "Berlin", true, new Schedule.Interval(Duration.ofSeconds(60)), Map.of("tokn", "x"));

        List<String> violations = new SourceCheck(source, properties)
                .pull(berlin, Optional.empty(), Duration.ofSeconds(5))
                .violations();

        assertThat(violations)
                .containsExactlyInAnyOrder(
                        route + ":5: syncline.integration.berlin.url is missing (Where it is)",
                        route + ":7: syncline.integration.berlin.token is missing (What it asks for)",
                        properties
                                + ":2: syncline.integration.berlin.tokn is not known to the source acme, which has token, url");
    }

    @Test
    void readsNoRecordedAnswerForASourceThatAsksNothingByHttp() {
        SourceCheck sql = new SourceCheck(Path.of("routes/sources/sql"), folder.resolve("application.properties"));

        assertThatThrownBy(() -> sql.replay(ANSWER.getBytes(StandardCharsets.UTF_8), Optional.empty()))
                .isInstanceOf(SyncFailure.Schema.class)
                .hasMessageStartingWith("the route asked nothing by HTTP");
    }

    @Test
    void refusesAFolderThatIsNoSource() {
        assertThatThrownBy(() -> new SourceCheck(folder.resolve("routes"), folder.resolve("application.properties")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no source");
    }

    private SourceCheck.Result replay(String answer) {
        return new SourceCheck(source, folder.resolve("application.properties"))
                .replay(answer.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }
}
