package io.syncline.integration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what an upstream answered with a status of success, which says little: a proxy's pages come with it, and what breaks off. Safe for
 * use by many threads.
 */
public final class UpstreamJson {

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(UpstreamAnswer.MOST_BYTES)
                            .maxNumberLength(1_000)
                            .maxNestingDepth(200)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The answer, a JSON object or array.
     *
     * @throws SyncFailure if it is none, by what was answered instead
     */
    public JsonNode read(byte[] body) {
        String start = body == null ? "" : new String(body, 0, Math.min(body.length, 1_000), StandardCharsets.UTF_8);
        if (start.isBlank()) {
            throw new SyncFailure.Transient("the upstream answered nothing", null);
        }
        if (start.stripLeading().startsWith("<")) {
            throw new SyncFailure.Transient(
                    "the upstream answered a web page, not JSON" + Failures.excerpt(start), null);
        }
        try {
            JsonNode answer = mapper.readTree(body);
            if (answer.isContainerNode()) {
                return answer;
            }
            throw new SyncFailure.Schema(
                    "the upstream's answer is no JSON object or array" + Failures.excerpt(start), null);
        } catch (JsonProcessingException malformed) {
            String where = malformed.getLocation() == null
                    ? ""
                    : " at byte " + malformed.getLocation().getByteOffset();
            throw new SyncFailure.Transient(
                    "the upstream's answer of " + body.length + " bytes is cut short or no JSON" + where + " ("
                            + Failures.excerpt(malformed.getOriginalMessage()).replaceFirst("^: ", "") + ")",
                    malformed);
        } catch (IOException impossible) {
            throw new SyncFailure.Transient("the upstream's answer cannot be read", impossible);
        }
    }
}
