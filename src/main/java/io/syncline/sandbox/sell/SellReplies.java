package io.syncline.sandbox.sell;

import io.syncline.sandbox.upstream.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Answers in the envelopes of the protocol, each with an {@code X-Request-Id}. */
final class SellReplies {
    private static final String MORE = "https://developer.example.com/docs/errors";
    private static final Map<Integer, String> REASONS = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            404, "Not Found",
            405, "Method Not Allowed",
            406, "Not Acceptable",
            422, "Unprocessable Entity");

    private SellReplies() {}

    static Reply json(int status, Object body) {
        return Reply.json(status, body).with("X-Request-Id", UUID.randomUUID().toString());
    }

    /** 202 and 204 carry no body and no content type. */
    static Reply empty(int status) {
        return Reply.empty(status).with("X-Request-Id", UUID.randomUUID().toString());
    }

    static Reply error(int status, String code, String message) {
        return error(status, Map.of(), code, message);
    }

    /** A 422 for one member of the body, a JSON pointer. */
    static Reply unprocessable(String resource, String field, String message) {
        return error(422, Map.of("resource", resource, "field", field), "incorrect_payload", message);
    }

    private static Reply error(int status, Map<String, String> where, String code, String message) {
        String requestId = UUID.randomUUID().toString();
        Map<String, Object> error = new LinkedHashMap<>(where);
        error.put("code", code);
        error.put("message", message);
        error.put("details", message);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("error", error);
        entry.put("meta", Map.of("type", "error", "links", Map.of("more_info", MORE)));
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("type", "errors");
        meta.put("http_status", status + " " + REASONS.getOrDefault(status, "Error"));
        meta.put("logref", requestId);
        meta.put("links", Map.of("more_info", MORE));
        return Reply.json(status, Map.of("errors", List.of(entry), "meta", meta))
                .with("X-Request-Id", requestId)
                .with("Content-Language", "en");
    }
}
