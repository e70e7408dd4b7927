package io.syncline.operations;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The refusals of the observing endpoints, in the form that the management API has. */
final class Refusal {

    private Refusal() {}

    /** Refuses everything but GET and HEAD; tells whether it did. */
    static boolean unlessRead(HttpCall call) {
        if (call.method().equals("GET") || call.method().equals("HEAD")) {
            return false;
        }
        refuse(call, 405, "METHOD_NOT_ALLOWED", "only GET is answered here", Map.of("Allow", "GET, HEAD"));
        return true;
    }

    static void unauthenticated(HttpCall call) {
        refuse(
                call,
                401,
                "UNAUTHENTICATED",
                "send a valid token as Authorization: Bearer",
                Map.of("WWW-Authenticate", "Bearer realm=\"syncline\""));
    }

    static void forbidden(HttpCall call, String message) {
        refuse(call, 403, "FORBIDDEN", message, Map.of());
    }

    private static void refuse(HttpCall call, int status, String code, String message, Map<String, String> headers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("success", false);
        json.putObject("error").put("code", code).put("message", message);
        call.respond(status, "application/json", headers, json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
