package io.syncline.sell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code {"data":{"ack_keys":[...]}}}. Stateless. */
final class AckPayload {

    private static final String FIELD = "/data/ack_keys";
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(20).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private AckPayload() {}

    /**
     * The keys; what is no text among them is passed over.
     *
     * @throws SellException if it is not JSON, or not of this form
     */
    static List<String> keys(byte[] body) {
        JsonNode keys = read(body).path("data").path("ack_keys");
        if (!keys.isArray()) {
            throw new SellException(
                    422,
                    "incorrect_payload",
                    "The payload must be {\"data\":{\"ack_keys\":[...]}}.",
                    Optional.of(FIELD),
                    Map.of());
        }
        List<String> texts = new ArrayList<>(keys.size());
        keys.forEach(key -> {
            if (key.isTextual()) {
                texts.add(key.textValue());
            }
        });
        return texts;
    }

    /**
     * Reads any JSON.
     *
     * @throws SellException if it is not JSON
     */
    static JsonNode read(byte[] body) {
        try {
            JsonNode read = MAPPER.readTree(body);
            if (!read.isMissingNode()) {
                return read;
            }
            throw new SellException(400, "invalid_payload", "There is no payload.");
        } catch (JsonProcessingException e) {
            throw new SellException(400, "invalid_payload", "The payload is not well-formed JSON.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
