package io.syncline.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The JSON object in a request's body, of which every field is known. A field that is null counts as not there. */
public final class JsonFields {

    /** The longest body, in bytes. */
    public static final int LONGEST_BODY = 64 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(20).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;
    /** Before the names of its fields in errors. */
    private final String path;

    private JsonFields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * Reads the body.
     *
     * @throws ApiException 415 if it is not declared as JSON in UTF-8, 400 if it is not a JSON object or has a field that is not allowed
     * @throws BodyTooLargeException if it is longer than {@link #LONGEST_BODY}
     */
    public static JsonFields of(HttpCall call, Set<String> allowed) {
        return of(call, call.body(LONGEST_BODY), allowed);
    }

    /** The same, or none of the fields where there is no body at all. */
    public static JsonFields optional(HttpCall call, Set<String> allowed) {
        byte[] body = call.body(LONGEST_BODY);
        return body.length == 0 ? new JsonFields(MAPPER.createObjectNode(), "") : of(call, body, allowed);
    }

    private static JsonFields of(HttpCall call, byte[] body, Set<String> allowed) {
        requireJson(call.headers("Content-Type"));
        JsonNode object = parsed(decoded(body));
        if (!object.isObject()) {
            throw new ApiException(400, "BAD_REQUEST", "The body must be a JSON object.");
        }
        return allowing(object, "", allowed);
    }

    private static JsonFields allowing(JsonNode object, String path, Set<String> allowed) {
        object.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                throw ApiException.badField(
                        path + Shown.name(name),
                        allowed.isEmpty()
                                ? "There is no such field; this takes none."
                                : "There is no such field; there is " + String.join(", ", new TreeSet<>(allowed))
                                        + ".");
            }
        });
        return new JsonFields(object, path);
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /**
     * The fields of an object; empty if it is not there.
     *
     * @throws ApiException 400 if it is something else, or has a field that is not allowed
     */
    public Optional<JsonFields> object(String name, Set<String> allowed) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.path(name).isObject()) {
            throw bad(name, "It must be an object.");
        }
        return Optional.of(allowing(object.path(name), path + name + ".", allowed));
    }

    /**
     * A boolean.
     *
     * @throws ApiException 400 if it is something else
     */
    public boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (!object.path(name).isBoolean()) {
            throw bad(name, "It must be true or false.");
        }
        return object.path(name).booleanValue();
    }

    /**
     * A whole number.
     *
     * @throws ApiException 400 if it is something else, or out of the range
     */
    public int number(String name, int otherwise, int least, int most) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = object.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw bad(name, "It must be a whole number from " + least + " to " + most + ".");
        }
        return value.intValue();
    }

    private ApiException bad(String name, String message) {
        return ApiException.badField(path + name, message);
    }

    /**
     * A text that is not blank, without control characters and white space around it.
     *
     * @param longest in characters
     * @throws ApiException 400 if it is something else or not there
     */
    public String text(String name, int longest) {
        JsonNode value = object.path(name);
        if (!has(name)) {
            throw bad(name, "It is required.");
        }
        if (!value.isTextual()) {
            throw bad(name, "It must be a string.");
        }
        String text = value.textValue();
        if (text.isBlank()) {
            throw bad(name, "It must not be blank.");
        }
        if (text.codePointCount(0, text.length()) > longest) {
            throw bad(name, "It must be at most " + longest + " characters.");
        }
        if (!text.equals(text.strip()) || text.codePoints().anyMatch(JsonFields::isUnprintable)) {
            throw bad(name, "It must have no control characters, and no white space around it.");
        }
        return text;
    }

    /**
     * An array of strings, with at least one.
     *
     * @throws ApiException 400 if it is something else or not there
     */
    public List<String> texts(String name) {
        JsonNode values = object.path(name);
        if (!has(name)) {
            throw bad(name, "It is required.");
        }
        if (!values.isArray() || values.isEmpty()) {
            throw bad(name, "It must be an array with at least one string.");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                throw bad(name, "It must be an array of strings.");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    /** Also what has no meaning in UTF-8, such as half of a surrogate pair. */
    private static boolean isUnprintable(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static void requireJson(List<String> contentType) {
        String[] parts = contentType.size() == 1
                ? contentType.get(0).toLowerCase(Locale.ROOT).split(";", -1)
                : new String[] {""};
        boolean json = parts[0].strip().equals(Api.JSON);
        for (int at = 1; at < parts.length; at++) {
            String parameter = parts[at].strip();
            json &= !parameter.startsWith("charset=") || parameter.matches("charset=\"?utf-?8\"?");
        }
        if (!json) {
            throw new ApiException(
                    415, "UNSUPPORTED_MEDIA_TYPE", "The body must be JSON in UTF-8: Content-Type: " + Api.JSON + ".");
        }
    }

    private static String decoded(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ApiException(400, "BAD_REQUEST", "The body is not UTF-8.");
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return Optional.ofNullable(MAPPER.readTree(body)).orElseGet(MAPPER::missingNode);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            if (e.getOriginalMessage().startsWith("Duplicate ") && e.getProcessor() instanceof JsonParser parser) {
                String field = parser.getParsingContext()
                        .pathAsPointer()
                        .toString()
                        .substring(1)
                        .replace('/', '.');
                throw ApiException.badField(Shown.name(field), "It is there twice, again" + where + ".");
            }
            throw new ApiException(400, "BAD_REQUEST", "The body is not JSON" + where + ".");
        }
    }
}
