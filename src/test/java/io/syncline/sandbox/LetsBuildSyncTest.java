package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A still sandbox, as it stands at the start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LetsBuildSyncTest {
    private static final String ZERO_ID = "00000000-0000-0000-0000-000000000000";

    private Sandbox sandbox;
    private SandboxClient client;

    @BeforeAll
    void start() {
        sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0));
        client = new SandboxClient(sandbox);
    }

    @AfterAll
    void stop() {
        sandbox.close();
    }

    @Test
    void holdsTheProjectsOfThePublicRecordAndAtLeastTwentyThousandEntities() throws Exception {
        JsonNode entities =
                client.get("/sandbox").path("sources").path("letsbuild").path("entities");

        assertThat(entities.path("Project").intValue()).isEqualTo(2_008);
        int all = 0;
        for (JsonNode count : entities) {
            all += count.intValue();
        }
        assertThat(all).isGreaterThanOrEqualTo(20_000);
        assertThat(client.state("letsbuild", "Project"))
                .anySatisfy(project ->
                        assertThat(project.path("name").textValue()).isEqualTo("ADAMS STREET LIBRARY FIT OUT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Project", "Form", "Point", "ContactDetails"})
    void drainsToExactlyTheTruth(String entityType) throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, entityType).drain();

        assertThat(reader.known()).isEqualTo(asMap(client.state("letsbuild", entityType)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Project", "Form", "Point", "ContactDetails"})
    void runsThePublishedQueryVerbatimWithANullCursor(String entityType) throws Exception {
        JsonNode answer = json(client.graphql(
                SandboxClient.publishedQuery(entityType + "Sync"), Collections.singletonMap("cursor", null)));

        JsonNode page = answer.path("data").path(LetsBuildReader.SYNC_FIELDS.get(entityType));
        assertThat(answer.has("errors")).isFalse();
        assertThat(page.path("changes")).hasSize(100);
        assertThat(page.path("hasMore").booleanValue()).isTrue();
        JsonNode first = page.path("changes").get(0);
        assertThat(first.path("entityType").textValue()).isEqualTo(entityType);
        assertThat(first.path("operationType").textValue()).isEqualTo("Created");
        assertThat(first.path("data").path("id")).isEqualTo(first.path("entityId"));
    }

    @Test
    void sendsSomeEntitiesBeforeTheirProjectIsKnownAndRepairsThemLater() throws Exception {
        Set<String> partial = new HashSet<>();
        Set<String> repaired = new HashSet<>();
        for (JsonNode change : new LetsBuildReader(client, "Point").drain().changes()) {
            String id = change.path("entityId").textValue();
            boolean known = !change.path("data").path("projectId").textValue().equals(ZERO_ID);
            if (known && partial.contains(id)) {
                repaired.add(id);
                assertThat(change.path("operationType").textValue()).isEqualTo("Updated");
            } else if (!known) {
                partial.add(id);
            }
        }

        assertThat(repaired).hasSizeGreaterThan(100);
        assertThat(partial).hasSizeGreaterThan(repaired.size());
    }

    @Test
    void numbersChangesOverAllSyncsWithoutARepeat() throws Exception {
        Set<Long> sequences = new HashSet<>();
        for (String entityType : LetsBuildReader.SYNC_FIELDS.keySet()) {
            long last = 0;
            for (JsonNode change :
                    new LetsBuildReader(client, entityType).drain().changes()) {
                long sequence = change.path("data").path("sequenceVersion").longValue();
                assertThat(sequence).isGreaterThan(last);
                assertThat(sequences.add(sequence)).isTrue();
                last = sequence;
            }
        }
    }

    @Test
    void echoesTheCursorOfAnEmptyPage() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();
        String end = reader.cursor();

        assertThat(reader.readPage()).isFalse();
        assertThat(reader.cursor()).isEqualTo(end);
    }

    @Test
    void resumesFromACursorInTheMiddle() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Form");
        reader.readPage();
        reader.readPage();

        assertThat(reader.known()).hasSizeLessThanOrEqualTo(200);
        assertThat(reader.drain().known()).isEqualTo(asMap(client.state("letsbuild", "Form")));
    }

    private static Map<String, JsonNode> asMap(JsonNode state) {
        Map<String, JsonNode> map = new HashMap<>();
        state.properties().forEach(field -> map.put(field.getKey(), field.getValue()));
        return map;
    }
}
