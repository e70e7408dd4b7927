package io.syncline.sell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code {"data":{"ack_keys":[...]}}}, piece by piece: as a tree, a long one would take more than twenty times its length of memory. Stateless.
 */
final class AckPayload {

    /** Keys in one acknowledgement. */
    static final int MOST_KEYS = 200_000;

    private static final String FIELD = "/data/ack_keys";
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // Else it would take UTF-16 and UTF-32 as well.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(20).build())
            .build();

    private AckPayload() {}

    /**
     * The keys; what has not the form of a key is passed over.
     *
     * @throws SellException if it is not JSON, not of this form, or has more than {@value #MOST_KEYS} keys
     */
    static List<String> keys(byte[] body) {
        return read(body, AckPayload::data)
                .orElseThrow(() -> new SellException(
                        422,
                        "incorrect_payload",
                        "The payload must be {\"data\":{\"ack_keys\":[...]}}.",
                        Optional.of(FIELD),
                        Map.of()));
    }

    /**
     * Reads any JSON, for what is of no meaning as long as it is that.
     *
     * @throws SellException if it is not JSON
     */
    static void pass(byte[] body) {
        read(body, parser -> {
            parser.skipChildren();
            return Optional.empty();
        });
    }

    /** Takes in the value that a parser stands at. */
    private interface Reading {
        Optional<List<String>> of(JsonParser parser) throws IOException;
    }

    private static Optional<List<String>> read(byte[] body, Reading reading) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new SellException(400, "invalid_payload", "There is no payload.");
            }
            Optional<List<String>> read = reading.of(parser);
            if (parser.nextToken() != null) {
                throw new SellException(400, "invalid_payload", "The payload goes on after its JSON.");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new SellException(400, "invalid_payload", "The payload is not well-formed JSON.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<List<String>> data(JsonParser parser) throws IOException {
        return field(parser, "data", inner -> field(inner, "ack_keys", AckPayload::list));
    }

    /** What is read of a field; of the last one, if there are several of the name. */
    private static Optional<List<String>> field(JsonParser parser, String name, Reading reading) throws IOException {
        Optional<List<String>> read = Optional.empty();
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean wanted = parser.currentName().equals(name);
                parser.nextToken();
                if (wanted) {
                    read = reading.of(parser);
                } else {
                    parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
        }
        return read;
    }

    private static Optional<List<String>> list(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return Optional.empty();
        }
        List<String> keys = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                parser.skipChildren();
            } else if (AckKey.revision(parser.getText()) != AckKey.NONE) {
                keys.add(parser.getText());
            }
            if (keys.size() > MOST_KEYS) {
                throw new SellException(
                        413, "invalid_payload", "There are more than " + MOST_KEYS + " keys in one acknowledgement.");
            }
        }
        return Optional.of(keys);
    }
}
