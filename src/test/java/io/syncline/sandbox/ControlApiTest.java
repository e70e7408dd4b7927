package io.syncline.sandbox;

import static io.syncline.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth, changes on request and the refusal of wrong ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlApiTest {
    private static final String ID = "0b51a6a0-5a3f-4c8e-9d6e-3f1f5ed2a001";

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
    void removeTheEntity() throws Exception {
        if (client.state("letsbuild", "Project").has(ID)) {
            change("deleted", null);
        }
    }

    @Test
    void carriesARequestedEntityThroughItsLife() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();

        change("Created", "{\"name\":\"Pier 57\",\"code\":\"P57\",\"startDate\":\"2024-01-01\"}");
        reader.drain();
        JsonNode created = client.state("letsbuild", "Project").path(ID);
        assertThat(created.path("startDate").textValue()).isEqualTo("2024-01-01T00:00:00Z");
        assertThat(created.path("isArchived").booleanValue()).isFalse();
        assertThat(reader.known().get(ID)).isEqualTo(created);

        change("updated", "{\"isArchived\":true,\"country\":{\"iso2\":\"FR\"}}");
        reader.drain();
        JsonNode updated = client.state("letsbuild", "Project").path(ID);
        assertThat(updated.path("name").textValue()).isEqualTo("Pier 57");
        assertThat(updated.at("/country/iso2").textValue()).isEqualTo("FR");
        assertThat(reader.known().get(ID)).isEqualTo(updated);

        change("deleted", null);
        reader.drain();
        assertThat(client.state("letsbuild", "Project").has(ID)).isFalse();
        assertThat(reader.known()).doesNotContainKey(ID);
    }

    @Test
    void servesADeleteWithNullData() throws Exception {
        LetsBuildReader reader = new LetsBuildReader(client, "Project").drain();
        change("created", "{\"name\":\"Short-lived\"}");
        change("deleted", null);
        int before = reader.changes().size();

        JsonNode delete = reader.drain().changes().get(before + 1);

        assertThat(delete.path("operationType").textValue()).isEqualTo("Deleted");
        assertThat(delete.path("data").isNull()).isTrue();
        assertThat(delete.path("entityId").textValue()).isEqualTo(ID);
    }

    @Test
    void servesAnEnumValueThatNobodyKnewBefore() throws Exception {
        String form = client.state("letsbuild", "Form").fieldNames().next();
        LetsBuildReader reader = new LetsBuildReader(client, "Form").drain();

        send("{\"source\":\"letsbuild\",\"changes\":[{\"operation\":\"updated\",\"entityType\":\"form\","
                + "\"entityId\":\"" + form + "\",\"data\":{\"status\":\"Superseded\"}}]}");

        assertThat(reader.drain().known().get(form).path("status").textValue()).isEqualTo("Superseded");
    }

    @Test
    void makesAllChangesOfARequestOrNone() throws Exception {
        HttpResponse<byte[]> response = client.post(
                "/sandbox/changes",
                "{\"source\":\"letsbuild\",\"changes\":["
                        + edit("created", "Project", ID, "{\"name\":\"Good\"}") + ","
                        + edit("updated", "Project", ID, "{\"name\":null}") + "]}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/field").textValue()).isEqualTo("changes[1].data.name");
        assertThat(client.state("letsbuild", "Project").has(ID)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "created|Projekt|ID|{}|400|changes[0].entityType",
                "made|Project|ID|{}|400|changes[0].operation",
                "created|Project|seven|{}|400|changes[0].entityId",
                "created|Project|ID|7|400|changes[0].data",
                "created|Project|ID|{\"colour\":1}|400|changes[0].data.colour",
                "created|Project|ID|{\"name\":1}|400|changes[0].data.name",
                "created|Project|ID|{\"isArchived\":\"no\"}|400|changes[0].data.isArchived",
                "created|Project|ID|{\"startDate\":\"soon\"}|400|changes[0].data.startDate",
                "created|Project|ID|{\"entityVersion\":99999999999}|400|changes[0].data.entityVersion",
                "created|Project|ID|{\"country\":{\"iso3\":\"USA\"}}|400|changes[0].data.country.iso3",
                "created|Project|ID|{\"sequenceVersion\":1}|400|changes[0].data.sequenceVersion",
                "created|Project|ID|{\"id\":\"00000000-0000-0000-0000-000000000001\"}|400|changes[0].data.id",
                "created|Form|ID|{\"status\":\"not a name\"}|400|changes[0].data.status",
                "created|Point|ID|{\"projectId\":\"x\"}|400|changes[0].data.projectId",
                "updated|Project|ID|{\"name\":\"x\"}|404|changes[0].entityId",
                "deleted|Project|ID|{}|400|changes[0].data"
            })
    void saysWhichMemberOfAChangeIsWrong(
            String operation, String entityType, String entityId, String data, int status, String field)
            throws Exception {
        HttpResponse<byte[]> response = client.post(
                "/sandbox/changes",
                "{\"source\":\"letsbuild\",\"changes\":["
                        + edit(operation, entityType, entityId.replace("ID", ID), data) + "]}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).at("/error/field").textValue())
                .isEqualTo(field == null || field.isEmpty() ? null : field);
        assertThat(json(response).at("/error/message").textValue()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/sandbox/state|-|400|source",
                "GET|/sandbox/state?source=nobody&entityType=Project|-|400|source",
                "GET|/sandbox/state?source=letsbuild|-|400|entityType",
                "POST|/sandbox/state?source=letsbuild|{}|405|",
                "GET|/sandbox/nothing|-|404|",
                "POST|/sandbox/changes|{|400|",
                "POST|/sandbox/changes|[]|400|",
                "POST|/sandbox/changes|{\"source\":\"letsbuild\"}|400|changes",
                "POST|/sandbox/changes|{\"source\":\"letsbuild\",\"changes\":[]}|400|changes",
                "POST|/sandbox/changes|{\"source\":\"letsbuild\",\"changes\":[5]}|400|changes[0]",
                "POST|/sandbox/changes|{\"source\":\"letsbuild\",\"chnages\":[]}|400|chnages",
                "PUT|/sandbox/pace|{\"changesPerSecond\":-1}|400|changesPerSecond",
                "PUT|/sandbox/pace|{\"changesPerSecond\":\"5\"}|400|changesPerSecond",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\"}|400|status",
                "PUT|/sandbox/faults|{\"status\":503}|400|source",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"status\":42}|400|status",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"status\":\"503\"}|400|status",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"status\":503,\"count\":0}|400|count",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"retryAfter\":5}|400|retryAfter",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"latencyMs\":-5}|400|latencyMs",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"truncate\":\"yes\"}|400|truncate",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"emptyListing\":1}|400|emptyListing",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"poison\":-1}|400|poison",
                "PUT|/sandbox/faults|{\"source\":\"letsbuild\",\"statsu\":503}|400|statsu",
                "DELETE|/sandbox/faults?source=nobody|-|400|source"
            })
    void refusesWrongRequestsInItsOwnForm(String method, String path, String body, int status, String field)
            throws Exception {
        HttpResponse<byte[]> response = client.control(method, path, body.equals("-") ? "" : body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).at("/error/code").textValue()).isNotBlank();
        assertThat(json(response).at("/error/field").textValue())
                .isEqualTo(field == null || field.isEmpty() ? null : field);
    }

    @Test
    void takesChangesAsJsonAlone() throws Exception {
        HttpResponse<byte[]> response = client.send(client.request("/sandbox/faults")
                .header("Content-Type", "text/plain")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{\"source\":\"letsbuild\",\"status\":503}"))
                .build());

        assertThat(response.statusCode()).isEqualTo(415);
    }

    @Test
    void namesThePropertyToMendWhenThePortIsTaken() {
        assertThatThrownBy(() -> Sandbox.start(SandboxOptions.defaults().withPort(sandbox.port())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("syncline.sandbox.port");
    }

    private void change(String operation, String data) throws Exception {
        send("{\"source\":\"letsbuild\",\"changes\":[" + edit(operation, "Project", ID, data) + "]}");
    }

    private void send(String body) throws Exception {
        HttpResponse<byte[]> response = client.post("/sandbox/changes", body);
        assertThat(json(response)).isEqualTo(SandboxClient.JSON.valueToTree(Map.of("applied", 1)));
    }

    private static String edit(String operation, String entityType, String entityId, String data) {
        return "{\"operation\":\"" + operation + "\",\"entityType\":\"" + entityType + "\",\"entityId\":\"" + entityId
                + "\"" + (data == null ? "" : ",\"data\":" + data) + "}";
    }
}
