package io.syncline.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** The requests of the benchmarks as bytes for the wire. */
final class Requests {

    static final String TOKEN = "benchmark".repeat(8).substring(0, 64);

    private static final String ALL_FIELDS =
            "query($cursor: String) { formSync(cursor: $cursor, limit: 500, integrationId: \"bench\") { changes { entityId entityType operationType"
                    + " data { ... on Form { id subject code codeNum date type status isConform isArchived isUrgent projectId listId } } }"
                    + " cursor hasMore } }";

    private Requests() {}

    /** A page of 500 changes with all fields, after a cursor; an empty cursor begins. */
    static byte[] graphql(String cursor) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("query", ALL_FIELDS);
        ObjectNode variables = body.putObject("variables");
        if (cursor.isEmpty()) {
            variables.putNull("cursor");
        } else {
            variables.put("cursor", cursor);
        }
        return post("/graphql", body.toString());
    }

    static byte[] feed(String cursor) {
        return get("/api/changes?entityTypes=Form&integrationId=bench&limit=500"
                + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
    }

    static byte[] post(String path, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nAccept: application/json\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
