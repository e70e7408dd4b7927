package io.syncline.sell;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The protocol's form of an error. Stateless. */
final class Envelope {

    static final String CONTENT_TYPE = "application/json; charset=utf-8";

    private static final String MORE_INFO = "https://developer.zendesk.com/api-reference/sales-crm/errors/";

    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(408, "Request Timeout"),
            Map.entry(413, "Request Entity Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(422, "Unprocessable Entity"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    private Envelope() {}

    /** Without the media type. */
    static Map<String, String> headers(SellException error, String requestId) {
        Map<String, String> headers = new HashMap<>(error.headers());
        headers.put("X-Request-Id", requestId);
        headers.put("Content-Language", "en");
        headers.put("Cache-Control", "no-store");
        return headers;
    }

    static byte[] body(SellException error, String requestId) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ObjectNode one = document.putArray("errors").addObject();
        ObjectNode described = one.putObject("error");
        error.field().ifPresent(field -> described.put("resource", "ack").put("field", field));
        described.put("code", error.code()).put("message", error.getMessage()).put("details", error.getMessage());
        link(one.putObject("meta").put("type", "error"));
        link(document.putObject("meta")
                .put("type", "errors")
                .put("http_status", status(error.status()))
                .put("logref", requestId));
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String status(int status) {
        return (status + " " + PHRASES.getOrDefault(status, "")).strip();
    }

    private static void link(ObjectNode meta) {
        meta.putObject("links").put("more_info", MORE_INFO);
    }
}
