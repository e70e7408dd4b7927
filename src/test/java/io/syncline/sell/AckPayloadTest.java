package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** How acknowledgements are read, the large ones above all; ProtocolTest has what refuses them. */
class AckPayloadTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] payload(int count, String key) {
        return bytes(
                "{\"data\":{\"ack_keys\":[" + String.join(",", Collections.nCopies(count, '"' + key + '"')) + "]}}");
    }

    @Test
    void readsTheKeysWhateverStandsAroundThem() {
        String payload =
                "{\"meta\":[{\"data\":{\"ack_keys\":[\"Lead-1-1\"]}}],\"data\":{\"ack_keys\":[\"Lead-2-2\"]},\"data\":{\"other\":{},"
                        + "\"ack_keys\":[\"Lead-3-3\",7,[\"Lead-4-4\"],{\"ack_keys\":[]},null,\"\",\"Lead-\u00e9-5\"],\"more\":1}}";

        assertThat(AckPayload.keys(bytes(payload))).containsExactly("Lead-3-3", "Lead-\u00e9-5");
    }

    @Test
    void keepsNothingOfWhatIsNoKey() {
        assertThat(AckPayload.keys(payload(2_000_000, "a"))).isEmpty();
    }

    @Test
    void takesManyKeysButNotWithoutEnd() {
        assertThat(AckPayload.keys(payload(AckPayload.MOST_KEYS, "Lead-1-1"))).hasSize(AckPayload.MOST_KEYS);

        assertThatThrownBy(() -> AckPayload.keys(payload(AckPayload.MOST_KEYS + 1, "Lead-1-1")))
                .isInstanceOfSatisfying(SellException.class, refused -> assertThat(refused.status())
                        .isEqualTo(413));
    }
}
