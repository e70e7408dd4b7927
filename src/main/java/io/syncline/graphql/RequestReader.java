package io.syncline.graphql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.syncline.http.ApiException;
import io.syncline.http.BodyTooLargeException;
import io.syncline.http.HttpCall;
import io.syncline.http.MalformedRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a GraphQL request from HTTP: a JSON body by POST, or parameters by GET. */
final class RequestReader {

    private static final int DEEPEST = 100;

    /** Some clients send it, though nobody should; it may be passed over (RFC 8259, section 8.1). */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final JsonFactory json = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // Else it would take UTF-16 and UTF-32 as well.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private final int maxBodyBytes;

    RequestReader(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Reads a request.
     *
     * @throws ApiException if it is not one
     */
    GraphqlRequest read(HttpCall call) {
        return switch (call.method()) {
            case "POST" -> posted(call);
            case "GET" -> gotten(call);
            default -> throw notAllowed("GET, POST", "GraphQL is asked by POST, or a query by GET");
        };
    }

    static ApiException notAllowed(String allowed, String message) {
        return new ApiException(405, "METHOD_NOT_ALLOWED", message, Optional.empty(), Map.of("Allow", allowed));
    }

    private static ApiException bad(String message) {
        return new ApiException(400, "BAD_REQUEST", message);
    }

    private GraphqlRequest posted(HttpCall call) {
        checkContentType(call.header("Content-Type").orElse(""));
        byte[] body;
        try {
            body = call.body(maxBodyBytes);
        } catch (BodyTooLargeException e) {
            throw new ApiException(413, "PAYLOAD_TOO_LARGE", e.getMessage() + " (syncline.graphql.max-body-bytes)");
        }
        Map<String, Object> fields = object(body, "The body");
        return request(
                fields.get("query"),
                fields.get("operationName"),
                fields.get("variables"),
                fields.get("extensions"),
                false);
    }

    private GraphqlRequest gotten(HttpCall call) {
        Map<String, List<String>> parameters;
        try {
            parameters = call.parameters();
        } catch (MalformedRequestException e) {
            throw bad(e.getMessage());
        }
        return request(
                parameter(parameters, "query"),
                parameter(parameters, "operationName"),
                jsonParameter(parameters, "variables"),
                jsonParameter(parameters, "extensions"),
                true);
    }

    private static String parameter(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw bad("The parameter " + name + " is given twice");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    private Object jsonParameter(Map<String, List<String>> parameters, String name) {
        String text = parameter(parameters, name);
        if (text == null || text.isEmpty()) {
            return null;
        }
        return parsed(text.getBytes(StandardCharsets.UTF_8), "The parameter " + name);
    }

    private static GraphqlRequest request(
            Object query, Object operationName, Object variables, Object extensions, boolean queryOnly) {
        if (query == null) {
            throw bad("There is no query");
        }
        if (!(query instanceof String text)) {
            throw bad("The query has to be text");
        }
        if (operationName != null && !(operationName instanceof String)) {
            throw bad("The operationName has to be text");
        }
        if (variables != null && !(variables instanceof Map)) {
            throw bad("The variables have to be an object");
        }
        if (extensions != null && !(extensions instanceof Map)) {
            throw bad("The extensions have to be an object");
        }
        Optional<String> name = Optional.ofNullable((String) operationName).filter(given -> !given.isEmpty());
        @SuppressWarnings("unchecked")
        Map<String, Object> values = variables == null ? Map.of() : (Map<String, Object>) variables;
        return new GraphqlRequest(text, name, values, queryOnly);
    }

    private static void checkContentType(String contentType) {
        if (contentType.equals("application/json")) {
            return;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        boolean good = parts[0].strip().equals("application/json");
        for (int at = 1; at < parts.length; at++) {
            String parameter = parts[at].strip();
            if (parameter.startsWith("charset=")) {
                good &= parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"");
            }
        }
        if (!good) {
            throw new ApiException(415, "UNSUPPORTED_MEDIA_TYPE", "The body has to be application/json in UTF-8");
        }
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> object(byte[] bytes, String what) {
        if (parsed(bytes, what) instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw bad(what + " has to be a JSON object");
    }

    private Object parsed(byte[] bytes, String what) {
        int start = beginsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        try (JsonParser parser = json.createParser(bytes, start, bytes.length - start)) {
            if (parser.nextToken() == null) {
                throw bad(what + " is empty");
            }
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw bad(what + " goes on after its JSON");
            }
            return value;
        } catch (IOException e) {
            throw bad(what + " is not JSON in UTF-8");
        }
    }

    private static boolean beginsWithMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(bytes, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new HashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("no JSON value");
        };
    }
}
