package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How the imitated LetsBuild fails and lies, on request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
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

    @AfterEach
    void takeBack() throws Exception {
        assertThat(client.delete("/sandbox/faults").statusCode()).isEqualTo(204);
    }

    @Test
    void answersTheStatusForSoManyRequests() throws Exception {
        fault("\"status\":429,\"count\":2,\"retryAfter\":7");

        for (int request = 0; request < 2; request++) {
            HttpResponse<byte[]> response = ask();
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
        }
        assertThat(ask().statusCode()).isEqualTo(200);
        assertThat(client.get("/sandbox/faults")).isEmpty();
    }

    @Test
    void answersTheStatusUntilItIsTakenBack() throws Exception {
        fault("\"status\":503");
        assertThat(ask().statusCode()).isEqualTo(503);
        assertThat(ask().statusCode()).isEqualTo(503);
        assertThat(client.get("/sandbox/faults").at("/letsbuild/status").intValue())
                .isEqualTo(503);

        client.delete("/sandbox/faults?source=letsbuild");
        assertThat(ask().statusCode()).isEqualTo(200);
    }

    @Test
    void waitsBeforeItAnswers() throws Exception {
        fault("\"latencyMs\":300,\"count\":1");
        long begin = System.nanoTime();

        assertThat(ask().statusCode()).isEqualTo(200);

        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(300_000_000L);
    }

    @Test
    void cutsTheConnectionInTheMiddleOfABody() throws Exception {
        fault("\"truncate\":true,\"count\":1");

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
        assertThat(ask().statusCode()).isEqualTo(200);
    }

    @Test
    void sendsHalfADocumentInSoundHttp() throws Exception {
        fault("\"truncate\":\"json\",\"count\":1");

        HttpResponse<byte[]> response = ask();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> json(response)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void dropsTheConnectionWithoutAnAnswer() throws Exception {
        fault("\"dropConnection\":true");

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void sendsOtherThingsInThePlaceOfTheBody() throws Exception {
        fault("\"html\":true,\"count\":1");
        assertThat(new String(ask().body(), StandardCharsets.UTF_8)).startsWith("<!doctype html>");
        fault("\"errors200\":true,\"count\":1");
        assertThat(json(ask()).path("errors")).hasSize(1);
        fault("\"noContent\":true,\"count\":1");
        assertThat(ask().statusCode()).isEqualTo(204);
    }

    @Test
    void pretendsThatThereIsNothing() throws Exception {
        fault("\"emptyListing\":true");

        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();
        assertThat(reader.known()).isEmpty();

        takeBack();
        assertThat(reader.drain().known()).isEqualTo(truth("Project"));
    }

    @Test
    void sendsTheSameCursorAndStillPromisesMore() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Project");
        reader.readPage();
        String cursor = reader.cursor();
        fault("\"sameCursor\":true");

        assertThat(reader.readPage()).isTrue();
        assertThat(reader.cursor()).isEqualTo(cursor);
    }

    @Test
    void servesPagesTwiceAndLosesNone() throws Exception {
        int once = new LetsBuildReader(client, "Project").drain().changes().size();
        fault("\"duplicatePages\":3");

        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();

        assertThat(reader.changes()).hasSize(once + 300);
        assertThat(reader.changes().subList(100, 200))
                .isEqualTo(reader.changes().subList(0, 100));
        assertThat(reader.known()).isEqualTo(truth("Project"));
    }

    @Test
    void breaksRecordsInEveryWayAndKeepsTheTruth() throws Exception {
        fault("\"poison\":6");
        JsonNode page = json(ask()).at("/data/projectSync/changes");

        assertThat(page.get(0).has("entityId")).isFalse();
        assertThat(page.get(1).at("/data/name").isObject()).isTrue();
        assertThat(page.get(2).at("/data/isArchived").textValue()).isEqualTo("perhaps");
        assertThat(page.get(3).path("data").isTextual()).isTrue();
        assertThat(page.get(4).path("entityId").textValue()).isEqualTo("not-a-uuid");
        assertThat(page.get(5).at("/data/startDate").textValue()).isEqualTo("the day after tomorrow");
        assertThat(page.get(6).at("/data/id")).isEqualTo(page.get(6).path("entityId"));
        assertThat(client.state("letsbuild", "Project"))
                .allSatisfy(
                        project -> assertThat(project.path("name").isTextual()).isTrue());
    }

    @Test
    void breaksOneRecordAPageForSoManyRecords() throws Exception {
        fault("\"poison\":true,\"count\":2");

        assertThat(sound(ask())).hasSize(99);
        assertThat(sound(ask())).hasSize(99);
        assertThat(sound(ask())).hasSize(100);
    }

    @Test
    void breaksTheNamedEntityAlone() throws Exception {
        String victim = json(ask()).at("/data/projectSync/changes/42/entityId").textValue();
        fault("\"poison\":\"" + victim + "\"");

        assertThat(sound(ask())).hasSize(99).doesNotContain(victim);
    }

    @Test
    void sendsBrokenRecordsAgainWhenTheFaultIsTakenBack() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();
        List<String> served = sound(ask());
        fault("\"poison\":3");
        Set<String> broken = Set.copyOf(served.subList(0, 3));
        assertThat(sound(ask())).doesNotContainAnyElementsOf(broken);
        int before = reader.changes().size();

        takeBack();

        reader.drain();
        assertThat(reader.changes().subList(before, reader.changes().size()))
                .extracting(change -> change.path("entityId").textValue())
                .containsExactlyInAnyOrderElementsOf(broken);
        assertThat(reader.known()).isEqualTo(truth("Project"));
    }

    private HttpResponse<byte[]> ask() throws Exception {
        return client.graphql(SandboxClient.publishedQuery("ProjectSync"), Collections.singletonMap("cursor", null));
    }

    private void fault(String members) throws Exception {
        HttpResponse<byte[]> response = client.put("/sandbox/faults", "{\"source\":\"letsbuild\"," + members + "}");
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
    }

    private Map<String, JsonNode> truth(String entityType) throws Exception {
        Map<String, JsonNode> truth = new HashMap<>();
        client.state("letsbuild", entityType)
                .properties()
                .forEach(entity -> truth.put(entity.getKey(), entity.getValue()));
        return truth;
    }

    /** The ids of the records of a page that are as they should be. */
    private static List<String> sound(HttpResponse<byte[]> response) throws Exception {
        JsonNode changes = json(response).at("/data/projectSync/changes");
        return StreamSupport.stream(changes.spliterator(), false)
                .filter(change -> change.path("entityId").asText().length() == 36
                        && change.at("/data/name").isTextual()
                        && change.at("/data/isArchived").isBoolean()
                        && change.at("/data/startDate").asText().endsWith("Z"))
                .map(change -> change.path("entityId").textValue())
                .collect(Collectors.toList());
    }
}
