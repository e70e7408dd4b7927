package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.storage.Database;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that fails by records tells the first of them. */
final class FailingRecordTest extends WithUpstream {

    private static final String CREDENTIAL = "not-to-be-shown-0815";

    @ParameterizedTest
    @EnumSource
    void isToldBoundedAndWithoutSecrets(Database.Dialect dialect) {
        integrate(
                "x",
                asked -> Answer.json("{\"data\":{\"projectSync\":{\"changes\":["
                        + IntStream.range(0, 10)
                                .mapToObj(FailingRecordTest::nameless)
                                .collect(Collectors.joining(","))
                        + "],\"cursor\":\"1\",\"hasMore\":false}}}"));
        properties.put("syncline.integration.x.token", CREDENTIAL);
        start(dialect);

        JsonNode job = hub.await(hub.startJob("x", "full_sync", null), "failed");

        JsonNode error = job.path("error");
        assertThat(error.path("class").asText()).isEqualTo("schema");
        assertThat(error.path("message").asText()).contains("10 of 10 records");
        assertThat(error.path("advice").asText()).isNotEmpty();
        JsonNode record = error.path("record");
        assertThat(record.path("entityType").asText()).isEqualTo("Project");
        assertThat(record.path("entityId").asText()).isEqualTo(Projects.id(0));
        assertThat(record.path("reason").asText()).contains("name");
        assertThat(record.path("raw").asText())
                .contains("\"code\":\"C0\"")
                .contains("\"webhookSecret\":\"***\"")
                .endsWith("…")
                .hasSize(2_048);
        assertThat(job.path("errors")).containsExactly(error);
        assertThat(job.path("logs").findValuesAsText("message"))
                .anyMatch(line -> line.contains("records of a page cannot be read"))
                .noneMatch(line -> line.contains("\"code\":\"C0\""));
        assertThat(job.toString()).doesNotContain(CREDENTIAL).doesNotContain("hunter2");
    }

    private static String nameless(int number) {
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","code":"C%d","isArchived":false,"webhookSecret":"hunter2 \\"%d","address":"%s","city":"%s"}}""".formatted(Projects.id(number), Projects.id(number), number, number, CREDENTIAL, "x".repeat(9_000));
    }
}
