package io.syncline.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.storage.Outage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for the endpoints under {@code /api}: JSON, and errors as {@code {"success": false, "error": {"code", "message",
 * "field"}}}. No answer is kept by a cache that others share.
 */
public final class Api {

    /** The media type of what these endpoints take and answer. */
    public static final String JSON = "application/json";

    /** When to come again while the database cannot be used. */
    public static final int SECONDS_TO_RETRY = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** What an endpoint does with one call. */
    @FunctionalInterface
    public interface Endpoint {
        void handle(HttpCall call);
    }

    private Api() {}

    /** Lets an endpoint handle an exchange and answers in its place when it throws, never with more than is meant for the client. */
    public static void answer(Exchange exchange, Endpoint endpoint) {
        HttpCall call = HttpCall.of(exchange);
        try {
            endpoint.handle(call);
        } catch (ApiException e) {
            error(call, e);
        } catch (MalformedRequestException e) {
            error(call, new ApiException(400, "BAD_REQUEST", e.getMessage() + "."));
        } catch (BodyTooLargeException e) {
            error(call, new ApiException(413, "PAYLOAD_TOO_LARGE", e.getMessage() + "."));
        } catch (RuntimeException e) {
            error(call, failed(call.method() + " " + call.path(), e));
        }
    }

    /** Answers with a JSON document. */
    public static void json(HttpCall call, int status, Object document) {
        call.respond(status, JSON, Map.of("Cache-Control", "no-store"), bytes(document));
    }

    /**
     * Picks what to answer with by the request's {@code Accept} headers.
     *
     * @param offered media types, the preferred one first
     * @throws ApiException 406 if the client takes none of them
     */
    public static String mediaType(HttpCall call, List<String> offered) {
        return Accept.best(call.headers("Accept"), offered)
                .orElseThrow(() -> new ApiException(
                        406, "NOT_ACCEPTABLE", "This is answered as " + String.join(" or ", offered) + "."));
    }

    /** Logs what a call failed with that is not the client's doing, and says what to answer. */
    public static ApiException failed(String call, RuntimeException failure) {
        Optional<String> away = Outage.in(failure);
        if (away.isPresent()) {
            LOG.warn("{} cannot be answered while the database cannot be used: {}", call, away.get());
            return new ApiException(
                    503,
                    "UNAVAILABLE",
                    "The database cannot be used just now. Try again in a moment.",
                    Optional.empty(),
                    Map.of("Retry-After", Integer.toString(SECONDS_TO_RETRY)));
        }
        String reference = UUID.randomUUID().toString();
        LOG.error("{} failed ({})", call, reference, failure);
        return internal(reference);
    }

    static ApiException internal(String reference) {
        return new ApiException(
                500,
                "INTERNAL_SERVER_ERROR",
                "Something went wrong here. The server's log tells more at " + reference + ".");
    }

    private static void error(HttpCall call, ApiException error) {
        Map<String, String> headers = new HashMap<>(error.headers());
        headers.put("Cache-Control", "no-store");
        call.respond(error.status(), JSON, headers, bytes(error));
    }

    /** The body of an error. */
    static byte[] bytes(ApiException error) {
        ObjectNode document = MAPPER.createObjectNode();
        ObjectNode described = document.put("success", false)
                .putObject("error")
                .put("code", error.code())
                .put("message", error.getMessage());
        Optional<String> field = error.field();
        field.ifPresent(name -> described.put("field", name));
        return bytes(document);
    }

    private static byte[] bytes(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a JSON document", e);
        }
    }
}
