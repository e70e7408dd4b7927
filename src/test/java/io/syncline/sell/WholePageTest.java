package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Revision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholePageTest {

    private static final PageItems PAGE = new PageItems(List.of(item("7", 12), item("a-b", 300)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\"]}}",
                " { \"data\" : {\n\"ack_keys\"\t: [ \"Lead-7-12\" , \"Lead-a-b-300\" ] } }\r\n",
            })
    void knowsAllKeysInTheirOrder(String payload) {
        assertThat(isAcknowledged(PAGE, payload)).isTrue();
    }

    /** Some of these are acknowledgements, of other things or in other words; they are read key by key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"data\":{\"ack_keys\":[]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-a-b-300\",\"Lead-7-12\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\",\"Lead-9-301\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\",]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\" \"Lead-a-b-300\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-3000\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-30\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-0300\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b- 300\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Deal-a-b-300\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-c-300\"]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\"]}} x",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\"]}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-300\"]},\"data\":{\"ack_keys\":[]}}",
                "{\"data\":{\"ack_keys\":[\"Lead-7-12\",\"Lead-a-b-\u0663\"]}}",
            })
    void knowsNothingElse(String payload) {
        assertThat(isAcknowledged(PAGE, payload)).isFalse();
    }

    /** In JSON these ids are not as they are. */
    @ParameterizedTest
    @ValueSource(strings = {"\"", "\\", "\n", "\u00e9"})
    void knowsNoKeyThatHasToBeRead(String id) {
        PageItems page = new PageItems(List.of(item(id, 12)));

        assertThat(isAcknowledged(page, "{\"data\":{\"ack_keys\":[\"Lead-" + id + "-12\"]}}"))
                .isFalse();
    }

    @Test
    void knowsNoPageWithoutItems() {
        assertThat(isAcknowledged(new PageItems(List.of()), "{\"data\":{\"ack_keys\":[]}}"))
                .isFalse();
    }

    private static boolean isAcknowledged(PageItems page, String payload) {
        return WholePage.isAcknowledged(page, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static Served item(String id, long version) {
        Revision revision = new Revision(version, 1, "crm", "lead", id, false, Optional.empty(), version, true);
        return new Served(revision, "Lead", version, true, 0);
    }
}
