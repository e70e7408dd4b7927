package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Quarantined;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NormaliserTest {

    private static final String ID = "6f1b1f0e-0000-4000-8000-0000000000aa";
    private static final String ZERO = "00000000-0000-0000-0000-000000000000";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String SDL = """
            directive @entity(type: String, id: String = "id", scope: String, version: String) on OBJECT
            scalar UUID
            scalar DateTime
            scalar BigInt
            type Thing @entity(scope: "projectId", version: "sequenceVersion") {
              id: UUID!
              name: String!
              count: Int
              big: BigInt
              ratio: Float
              done: Boolean
              at: DateTime
              level: Level
              place: Place
              tags: [String!]
              projectId: UUID
              sequenceVersion: BigInt
            }
            type Note @entity(scope: "place") { id: ID! place: String }
            type Place { city: String zip: String! }
            enum Level { Low InProgress }
            """;

    @TempDir
    private Path sources;

    private Normaliser normaliser;

    @BeforeEach
    void declareTypes() throws IOException {
        Files.createDirectory(sources.resolve("shop"));
        Files.writeString(sources.resolve("shop/entities.graphqls"), SDL);
        EntityTypes types = EntityTypes.load(sources);
        normaliser = new Normaliser(() -> types);
    }

    @Test
    void bringsEveryValueIntoItsOneForm() {
        Observed.Present present = present("""
                {"id":"6F1B1F0E-0000-4000-8000-0000000000AA","name":"n","count":5.0,"big":"9007199254740993","ratio":1.50,
                 "done":true,"at":"2024-05-01T10:00:00+02:00","level":"INPROGRESS","place":{"zip":"1","city":null},
                 "tags":["a"],"projectId":"AAAAAAAA-0000-4000-8000-000000000001","sequenceVersion":"17"}
                """);

        assertThat(present.entityId()).isEqualTo(ID);
        assertThat(present.version()).isEqualTo(OptionalLong.of(17));
        assertThat(present.scope()).contains("aaaaaaaa-0000-4000-8000-000000000001");
        assertThat(present.partial()).isFalse();
        assertThat(json(present)).isEqualTo(parse("""
                {"id":"6f1b1f0e-0000-4000-8000-0000000000aa","name":"n","count":5,"big":"9007199254740993","ratio":1.5,
                 "done":true,"at":"2024-05-01T08:00:00Z","level":"InProgress","place":{"zip":"1","city":null},
                 "tags":["a"],"projectId":"aaaaaaaa-0000-4000-8000-000000000001"}
                """));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-31, 2024-01-31T00:00:00Z",
        "2024-01-31T10:20:30, 2024-01-31T10:20:30Z",
        "2024-01-31 10:20:30.500, 2024-01-31T10:20:30.500Z",
        "2024-01-31T10:20:30.123456Z, 2024-01-31T10:20:30.123456Z",
        "2024-01-31T00:30:00-05:00, 2024-01-31T05:30:00Z"
    })
    void readsDateTimesAsTheyAreWritten(String written, String normal) {
        assertThat(json(present("{\"id\":\"" + ID + "\",\"name\":\"n\",\"at\":\"" + written + "\"}"))
                        .get("at")
                        .textValue())
                .isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"count\":2147483648|Thing.count is 2147483648, not a whole number of 32 bits",
                "\"count\":1e999999999|Thing.count is ",
                "\"count\":1.5|Thing.count is 1.5, not a whole number of 32 bits",
                "\"big\":\"9223372036854775808\"|Thing.big is \"9223372036854775808\", not a whole number of 64 bits",
                "\"done\":\"yes\"|Thing.done is \"yes\", not true or false",
                "\"at\":\"yesterday\"|Thing.at is \"yesterday\", not a date-time",
                "\"at\":\"2024-02-30\"|Thing.at is \"2024-02-30\", not a date-time",
                "\"at\":\"+12024-02-20T00:00:00Z\"|Thing.at is",
                "\"level\":3|Thing.level is 3, not the name of a value",
                "\"place\":[]|Thing.place is a list, not an object",
                "\"place\":{}|Thing.place.zip is missing",
                "\"tags\":[\"a\",null]|Thing.tags[1] is null",
                "\"tags\":[1]|Thing.tags[0] is 1, not text",
                "\"projectId\":\"p1\"|Thing.projectId is \"p1\", not a UUID",
                "\"name\":null|Thing.name is missing"
            })
    void setsARecordAsideThatFailsItsTypeAndSaysWhy(String field, String reason) {
        PulledPage page = read("""
                {"changes":[%s,%s],"checkpoint":"c","hasMore":false}
                """.formatted(
                        change("updated", "{\"id\":\"" + ID + "\",\"name\":\"n\"," + field + "}"),
                        change("updated", "{\"id\":\"" + ID + "\",\"name\":\"n\"}")));

        assertThat(page.observed()).hasSize(1);
        assertThat(page.quarantined()).singleElement().satisfies(record -> {
            assertThat(record.reason()).startsWith(reason);
            assertThat(record.entityId()).isEqualTo(ID);
            assertThat(record.raw()).contains("\"operation\":\"updated\"");
        });
    }

    @Test
    void keepsAValueThatItsEnumDoesNotDeclare() {
        assertThat(json(present("{\"id\":\"" + ID + "\",\"name\":\"n\",\"level\":\"Sky High\"}"))
                        .get("level")
                        .textValue())
                .isEqualTo("Sky High");
    }

    @Test
    void dropsFieldsThatNobodyDeclared() {
        assertThat(json(present(
                        "{\"id\":\"" + ID + "\",\"name\":\"n\",\"place\":{\"zip\":\"1\",\"x\":1},\"extra\":1}")))
                .isEqualTo(parse("{\"id\":\"" + ID + "\",\"name\":\"n\",\"place\":{\"zip\":\"1\"}}"));
    }

    @Test
    void flagsAnEntityWhoseRelatedEntityIsNotKnownYet() {
        Observed.Present present =
                present("{\"id\":\"" + ID + "\",\"name\":\"n\",\"projectId\":\"" + ZERO + "\",\"big\":1}");

        assertThat(present.partial()).isTrue();
        assertThat(present.scope()).isEmpty();
        assertThat(json(present).get("projectId").textValue()).isEqualTo(ZERO);
    }

    @Test
    void takesRecordsOfAFeedByGraphqlAsTheyAre() {
        PulledPage page = read("""
                {"changes":[{"operationType":"Deleted","entityType":"Thing","entityId":"%s"}],"hasMore":false}
                """.formatted(ID));

        assertThat(page.observed()).containsExactly(new Observed.Gone("Thing", ID, Optional.empty()));
    }

    @Test
    void takesTheIdOfADeleteFromTheChange() {
        PulledPage page = read("""
                {"changes":[{"operation":"Deleted","entityType":"THING","entityId":"%s","data":null,
                 "occurredAt":"2024-01-01T00:00:00Z"}],"checkpoint":"c","hasMore":false}
                """.formatted(ID));

        assertThat(page.observed())
                .containsExactly(new Observed.Gone("Thing", ID, Optional.of(Instant.parse("2024-01-01T00:00:00Z"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'operation':'created','entityType':'Thing','data':{'name':'n'}}|the record has no id",
                "{'operation':'deleted','entityType':'Thing','entityId':'','data':null}|id is \"\", not a UUID",
                "{'operation':'created','entityType':'Thing','entityId':'" + ZERO
                        + "','data':{}}|the record's id is all zeros",
                "{'operation':'moved','entityType':'Thing','entityId':'" + ID + "'}|the operation \"moved\" is none of",
                "{'operation':'updated','entityType':'Thing','entityId':'" + ID
                        + "','data':null}|the change updated comes without its data",
                "{'operation':'updated','entityType':'Thing','entityId':'" + ID
                        + "','data':7}|Thing is 7, not an object",
                "{'operation':'updated','entityType':'Other','entityId':'" + ID
                        + "'}|the source shop declares no entity type \"Other\"",
                "{'operation':'updated'}|the source shop declares no entity type \"\"",
                "7|the source shop declares no entity type \"\""
            })
    void setsAsideWhatIsNoChange(String change, String reason) {
        PulledPage page =
                read("{\"changes\":[" + change.replace('\'', '"') + "],\"checkpoint\":\"c\",\"hasMore\":false}");

        assertThat(page.observed()).isEmpty();
        assertThat(page.quarantined())
                .singleElement()
                .extracting(Quarantined::reason)
                .asString()
                .startsWith(reason);
    }

    @Test
    void refusesAnIdThatIsNotItsChanges() {
        PulledPage page = read("""
                {"changes":[{"operation":"updated","entityType":"Thing","entityId":"%s","data":{"id":"%s","name":"n"}}],
                 "checkpoint":"c","hasMore":false}
                """.formatted("6f1b1f0e-0000-4000-8000-0000000000ab", ID));

        assertThat(page.quarantined())
                .singleElement()
                .extracting(Quarantined::reason)
                .asString()
                .contains("is not the id");
    }

    @Test
    void setsAsideARecordOfTenMegabytesWithABoundedPart() {
        PulledPage page = read("{\"changes\":["
                + change("updated", "{\"id\":\"" + ID + "\",\"name\":\"" + "x".repeat(10_000_000) + "\"}")
                + "],\"checkpoint\":\"c\",\"hasMore\":false}");

        assertThat(page.quarantined()).singleElement().satisfies(record -> {
            assertThat(record.reason()).contains("bytes, more than");
            assertThat(record.raw()).hasSizeLessThan(70_000);
        });
    }

    @Test
    void setsAsideALoneSurrogate() {
        PulledPage page = read("{\"changes\":[" + change("updated", "{\"id\":\"" + ID + "\",\"name\":\"\\ud800\"}")
                + "],\"checkpoint\":\"c\",\"hasMore\":false}");

        assertThat(page.quarantined()).hasSize(1);
    }

    @Test
    void setsAsideWhatIsTooLongForTheChangelogToKeep() {
        PulledPage page = read("{\"changes\":["
                + "{\"operation\":\"updated\",\"entityType\":\"Note\",\"data\":{\"id\":\"" + "7".repeat(600) + "\"}},"
                + "{\"operation\":\"deleted\",\"entityType\":\"Note\",\"entityId\":\"" + "7".repeat(600) + "\"},"
                + "{\"operation\":\"updated\",\"entityType\":\"Note\",\"data\":{\"id\":\"1\",\"place\":\""
                + "x".repeat(600)
                + "\"}},"
                + "{\"operation\":\"updated\",\"entityType\":\"Note\",\"data\":{\"id\":\"2\",\"place\":\"a\\u0000b\"}},"
                + "{\"operation\":\"updated\",\"entityType\":\"Note\",\"data\":{\"id\":\"3\",\"place\":\"here\"}}"
                + "],\"checkpoint\":\"c\",\"hasMore\":false}");

        assertThat(page.observed()).extracting(Observed::entityId).containsExactly("3");
        assertThat(page.quarantined())
                .extracting(Quarantined::reason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("the entity id is longer than 512"),
                        reason -> assertThat(reason).contains("the entity id is longer than 512"),
                        reason -> assertThat(reason).contains("the scope is longer than 512"),
                        reason -> assertThat(reason).contains("U+0000"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'entityType':'thing','data':{'id':'6F1B1F0E-0000-4000-8000-0000000000AA'}",
                "'entityType':'Thing','entityId':'6F1B1F0E-0000-4000-8000-0000000000AA','data':{'name':5}"
            })
    void namesWhatItSetsAsideAsItIsNamedWhenItComesWell(String change) {
        PulledPage page =
                read("{\"changes\":[{\"operation\":\"updated\"," + change.replace('\'', '"') + "}],\"hasMore\":false}");

        assertThat(page.quarantined()).singleElement().satisfies(record -> {
            assertThat(record.entityType()).isEqualTo("Thing");
            assertThat(record.entityId()).isEqualTo(ID);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]",
                "{}",
                "{'changes':[],'hasMore':null}",
                "{'changes':{},'hasMore':true}",
                "{'changes':[],'hasMore':false,'checkpoint':5}"
            })
    void refusesWhatIsNoPage(String page) {
        assertThatThrownBy(() -> read(page.replace('\'', '"')))
                .isInstanceOf(SyncFailure.Schema.class)
                .hasMessageContaining("no page of changes, checkpoint and hasMore");
    }

    @Test
    void tellsAPageOfBadRecordsFromABadRecord() {
        String bad = change("updated", "{\"id\":\"" + ID + "\"}");
        String good = change("updated", "{\"id\":\"" + ID + "\",\"name\":\"n\"}");

        assertThat(read("{\"changes\":[" + bad + "],\"hasMore\":false}").mostlyUnreadable())
                .isFalse();
        assertThat(read("{\"changes\":[" + (bad + ",").repeat(5) + good + "],\"hasMore\":false}")
                        .mostlyUnreadable())
                .isTrue();
        assertThat(read("{\"changes\":[" + (bad + ",").repeat(5) + (good + ",").repeat(5) + good
                                + "],\"hasMore\":false}")
                        .mostlyUnreadable())
                .isFalse();
    }

    private PulledPage read(String page) {
        return normaliser.read("shop", parse(page));
    }

    private Observed.Present present(String data) {
        PulledPage page =
                read("{\"changes\":[" + change("Updated", data) + "],\"checkpoint\":\"c\",\"hasMore\":false}");
        assertThat(page.quarantined()).isEmpty();
        return (Observed.Present) page.observed().get(0);
    }

    private static String change(String operation, String data) {
        return "{\"operation\":\"" + operation + "\",\"entityType\":\"Thing\",\"entityId\":\"" + ID + "\",\"data\":"
                + data + "}";
    }

    private static JsonNode json(Observed.Present present) {
        return parse(new String(present.snapshot().bytes(), StandardCharsets.UTF_8));
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
