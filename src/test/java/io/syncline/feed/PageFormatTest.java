package io.syncline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Change;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PageFormatTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void writesAPageAsOneObject() {
        assertThat(text(PageFormat.JSON, page(change(7, "{\"id\":\"a\"}"), deletion(8))))
                .isEqualTo("{\"changes\":["
                        + "{\"sequenceVersion\":7,\"integrationId\":\"acme\",\"entityType\":\"Project\",\"entityId\":\"a\","
                        + "\"operation\":\"created\",\"occurredAt\":\"2026-01-05T09:07:03.045Z\",\"data\":{\"id\":\"a\"}},"
                        + "{\"sequenceVersion\":8,\"integrationId\":\"acme\",\"entityType\":\"Project\",\"entityId\":\"a\","
                        + "\"operation\":\"deleted\",\"occurredAt\":\"2026-01-05T09:07:03.045Z\",\"data\":null}"
                        + "],\"cursor\":\"c1\",\"hasMore\":true}");
    }

    @Test
    void writesAnEmptyPageWithItsCursor() {
        FeedPage empty = new FeedPage(List.of(), "c1", false);

        assertThat(text(PageFormat.JSON, empty)).isEqualTo("{\"changes\":[],\"cursor\":\"c1\",\"hasMore\":false}");
        assertThat(text(PageFormat.NDJSON, empty)).isEqualTo("{\"cursor\":\"c1\",\"hasMore\":false}\n");
    }

    @Test
    void writesOneChangeALineAndTheCursorLast() {
        List<String> lines = text(PageFormat.NDJSON, page(change(7, "{\"id\":\"a\"}"), deletion(8)))
                .lines()
                .toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("{\"sequenceVersion\":7,").endsWith("\"data\":{\"id\":\"a\"}}");
        assertThat(lines.get(1)).startsWith("{\"sequenceVersion\":8,").endsWith("\"data\":null}");
        assertThat(lines.get(2)).isEqualTo("{\"cursor\":\"c1\",\"hasMore\":true}");
    }

    @Test
    void writesASequenceVersionThatJavaScriptWouldRoundAsText() {
        String page =
                text(PageFormat.JSON, page(change(9_007_199_254_740_991L, "{}"), change(9_007_199_254_740_992L, "{}")));

        assertThat(page)
                .contains("{\"sequenceVersion\":9007199254740991,")
                .contains("{\"sequenceVersion\":\"9007199254740992\",");
    }

    @Property(tries = 300)
    void writesAnyIdAsJson(@ForAll String id) throws Exception {
        String storable = new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        Change change = new Change(1, storable, storable, storable, Operation.UPDATED, 0, Optional.empty());

        JsonNode read = MAPPER.readTree(text(PageFormat.JSON, page(change))).at("/changes/0");

        assertThat(read.path("entityId").textValue()).isEqualTo(storable);
        assertThat(read.path("integrationId").textValue()).isEqualTo(storable);
    }

    @Property(tries = 1000)
    void writesAnyTimeInMilliseconds(
            @ForAll @LongRange(min = -400_000_000_000_000L, max = 400_000_000_000_000L) long millis) throws Exception {
        Change change = new Change(1, "i", "t", "e", Operation.UPDATED, millis, Optional.empty());

        String written = MAPPER.readTree(text(PageFormat.JSON, page(change)))
                .at("/changes/0/occurredAt")
                .textValue();

        assertThat(written).matches(".*T\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(Instant.parse(written)).isEqualTo(Instant.EPOCH.plus(millis, ChronoUnit.MILLIS));
    }

    private static String text(PageFormat format, FeedPage page) {
        return StandardCharsets.UTF_8.decode(format.write(page)).toString();
    }

    private static FeedPage page(Change... changes) {
        return new FeedPage(List.of(changes), "c1", true);
    }

    private static Change change(long sequence, String json) {
        return new Change(
                sequence,
                "acme",
                "Project",
                "a",
                Operation.CREATED,
                Instant.parse("2026-01-05T09:07:03.045Z").toEpochMilli(),
                Optional.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Change deletion(long sequence) {
        return new Change(
                sequence,
                "acme",
                "Project",
                "a",
                Operation.DELETED,
                Instant.parse("2026-01-05T09:07:03.045Z").toEpochMilli(),
                Optional.empty());
    }
}
