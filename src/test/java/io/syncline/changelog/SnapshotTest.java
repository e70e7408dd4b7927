package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One state has one canonical form. */
class SnapshotTest {

    private static String canonical(String json) {
        return new String(snapshot(json).bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void sortsKeysAtEveryDepthAndLeavesNoSpace() {
        assertThat(canonical("{ \"b\": [ {\"d\":1, \"c\":null} ], \"a\": true }"))
                .isEqualTo("{\"a\":true,\"b\":[{\"c\":null,\"d\":1}]}");
    }

    @Test
    void sortsKeysByCodePointAndNotByHalvesOfIt() {
        assertThat(canonical("{\"\uD83D\uDE00\":1,\"\uFF21\":2,\"a\":3,\"ab\":4}"))
                .isEqualTo("{\"a\":3,\"ab\":4,\"\uFF21\":2,\"\uD83D\uDE00\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "1.0,1",
        "1e0,1",
        "10E-1,1",
        "-0,0",
        "-0.0,0",
        "0e99,0",
        "1.50,1.5",
        "0.1,0.1",
        "1e3,1000",
        "100,100",
        "9223372036854775808,9223372036854775808",
        "123456789012345678901234567890.10,123456789012345678901234567890.1",
        "1e999,1E999",
        "-2.5e-100,-2.5E-100"
    })
    void givesANumberOneSpellingAndRoundsNothing(String number, String expected) {
        assertThat(canonical("{\"n\":" + number + "}")).isEqualTo("{\"n\":" + expected + "}");
    }

    @Test
    void escapesAsJacksonDoes() throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        for (char c = 0; c < 0x900; c++) {
            text.append(c);
        }
        text.append("\u2028\u2029\uFEFF\uFFFD\uD83D\uDE00");

        assertThat(Snapshot.of(JsonNodeFactory.instance.objectNode().put("t", text.toString()))
                        .bytes())
                .isEqualTo(new ObjectMapper()
                        .writeValueAsString(Map.of("t", text.toString()))
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesWhatUtf8CannotCarryAndSaysWhere() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putArray("names").addObject().put("first", "x\uD800y");

        assertThatThrownBy(() -> Snapshot.of(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/names/[]/first");
        assertThatThrownBy(
                        () -> Snapshot.of(JsonNodeFactory.instance.objectNode().put("\uDC00", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> Snapshot.of(JsonNodeFactory.instance.objectNode().put("n", Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNoObjectOrTooDeep() {
        assertThatThrownBy(() -> snapshot("[1]")).isInstanceOf(IllegalArgumentException.class);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = object;
        for (int i = 0; i < 5_000; i++) {
            inner = inner.putObject("a");
        }
        assertThatThrownBy(() -> Snapshot.of(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000");
    }
}
