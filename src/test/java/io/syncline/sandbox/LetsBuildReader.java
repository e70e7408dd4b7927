package io.syncline.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A consumer of one LetsBuild sync: remembers its cursor and what it has learnt. */
final class LetsBuildReader {
    static final Map<String, String> SYNC_FIELDS = Map.of(
            "Project", "projectSync",
            "Form", "formSync",
            "Point", "pointSync",
            "ContactDetails", "contactDetailsSync");

    private static final Map<String, String> FIELDS = Map.of(
            "Project",
            "id name code address city zipCode startDate endDate isArchived logoUrl country { id name iso iso2 }"
                    + " entityCreationDate entityVersion",
            "Form",
            "id subject code codeNum date type status isConform isArchived isUrgent projectId listId",
            "Point",
            "id subject code codeNum date dueDate isArchived isUrgent projectId listId"
                    + " status { id code name color }",
            "ContactDetails",
            "id displayName company role phone street city zip projectId userId isDisabled accessRightLevel"
                    + " invitationStatus");

    private final SandboxClient client;
    private final String entityType;
    private final Map<String, JsonNode> known = new HashMap<>();
    private final List<JsonNode> changes = new ArrayList<>();
    private String cursor;

    LetsBuildReader(SandboxClient client, String entityType) {
        this.client = client;
        this.entityType = entityType;
    }

    static String query(String entityType) {
        return "query($cursor: String) { " + SYNC_FIELDS.get(entityType)
                + "(cursor: $cursor) { changes { entityId entityType operationType data { ... on " + entityType
                + " { " + FIELDS.get(entityType) + " sequenceVersion } } } cursor hasMore maxSequence } }";
    }

    /** Reads one page and takes it in; false when the service says that there is no more. */
    boolean readPage() throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>();
        variables.put("cursor", cursor);
        JsonNode answer = SandboxClient.json(client.graphql(query(entityType), variables));
        if (answer.has("errors")) {
            throw new IOException(answer.toString());
        }
        JsonNode page = answer.path("data").path(SYNC_FIELDS.get(entityType));
        for (JsonNode change : page.path("changes")) {
            changes.add(change);
            String entityId = change.path("entityId").textValue();
            if (change.path("data").isObject()) {
                ObjectNode data = change.path("data").deepCopy();
                data.remove("sequenceVersion");
                known.put(entityId, data);
            } else {
                known.remove(entityId);
            }
        }
        cursor = page.path("cursor").textValue();
        return page.path("hasMore").booleanValue();
    }

    LetsBuildReader drain() throws IOException, InterruptedException {
        while (readPage()) {
            // each page is taken in as it comes
        }
        return this;
    }

    Map<String, JsonNode> known() {
        return known;
    }

    List<JsonNode> changes() {
        return changes;
    }

    String cursor() {
        return cursor;
    }
}
