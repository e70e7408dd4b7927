package io.syncline.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncline.sandbox.Fault.Body;
import io.syncline.sandbox.Fault.Budget;
import io.syncline.sandbox.Fault.Cut;
import io.syncline.sandbox.Fault.Kind;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Edit;
import io.syncline.sandbox.upstream.Operation;
import io.syncline.sandbox.upstream.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The JSON body of a request to the control API, read strictly. */
final class ControlRequest {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final int DAY_SECONDS = 86_400;
    private static final int LONGEST_LATENCY_MS = 600_000;
    private static final int MOST_CHANGES = 10_000;

    private final JsonNode body;

    private ControlRequest(JsonNode body) {
        this.body = body;
    }

    /** @param members the only ones that the body may have */
    static ControlRequest read(Call call, Set<String> members) throws RefusedException {
        if (!call.mediaType().equals("application/json")) {
            throw new RefusedException(415, "unsupported_media_type", "Send the request as application/json.", null);
        }
        JsonNode body;
        try {
            body = JSON.readTree(call.body());
        } catch (IOException malformed) {
            throw new RefusedException(400, "malformed_json", "The body is not JSON.", null);
        }
        if (body == null || !body.isObject()) {
            throw new RefusedException(400, "malformed_json", "The body is not a JSON object.", null);
        }
        refuseOthers(body, members, "");
        return new ControlRequest(body);
    }

    boolean has(String member) {
        return body.hasNonNull(member);
    }

    String text(String member) throws RefusedException {
        return text(body, member, member);
    }

    double number(String member, double least, double most) throws RefusedException {
        JsonNode value = body.path(member);
        if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
            throw RefusedException.invalid(
                    member, "Expected a number from " + (long) least + " to " + (long) most + ".");
        }
        return value.doubleValue();
    }

    List<Edit> edits(List<String> entityTypes) throws RefusedException {
        JsonNode changes = body.path("changes");
        if (!changes.isArray() || changes.isEmpty() || changes.size() > MOST_CHANGES) {
            throw RefusedException.invalid("changes", "Expected a list of 1 to " + MOST_CHANGES + " changes.");
        }
        List<Edit> edits = new ArrayList<>();
        for (JsonNode change : changes) {
            edits.add(edit(change, edits.size(), entityTypes));
        }
        return edits;
    }

    @SuppressWarnings("unchecked")
    Fault fault() throws RefusedException {
        Set<String> poisonIds = poisonIds();
        Fault fault = new Fault(
                integer("status", 200, 599),
                integer("count", 1, Integer.MAX_VALUE - 1),
                integer("retryAfter", 0, DAY_SECONDS),
                integer("latencyMs", 0, LONGEST_LATENCY_MS).orElse(0),
                cut(),
                insteadOfBody(),
                flag("dropConnection"),
                flag("emptyListing"),
                flag("sameCursor"),
                budget("duplicatePages"),
                poisonIds.isEmpty() ? budget("poison") : Budget.ONCE_A_PAGE,
                poisonIds,
                JSON.convertValue(body, Map.class));
        if (fault.retryAfter().isPresent() && fault.status().isEmpty()) {
            throw RefusedException.invalid("retryAfter", "It goes with a status: name that too.");
        }
        if (!fault.breaksAnswers() && !fault.spoilsRecords()) {
            throw RefusedException.invalid(
                    "status", "Name at least one fault, such as \"status\": 503; DELETE takes faults back.");
        }
        return fault;
    }

    private static Edit edit(JsonNode change, int index, List<String> entityTypes) throws RefusedException {
        String at = "changes[" + index + "]";
        if (!change.isObject()) {
            throw RefusedException.invalid(at, "Expected an object.");
        }
        refuseOthers(change, Set.of("operation", "entityType", "entityId", "data"), at + ".");
        Operation operation = Operation.parse(text(change, "operation", at + ".operation"))
                .orElseThrow(
                        () -> RefusedException.invalid(at + ".operation", "Expected created, updated or deleted."));
        String entityType = entityType(text(change, "entityType", at + ".entityType"), at + ".entityType", entityTypes);
        JsonNode id = change.path("entityId");
        if (!id.isTextual() && !id.isIntegralNumber()) {
            throw RefusedException.invalid(at + ".entityId", "Expected the id of an entity.");
        }
        JsonNode data = change.path("data");
        boolean wantsData = operation != Operation.DELETED;
        if (wantsData ? !data.isObject() : change.hasNonNull("data")) {
            throw RefusedException.invalid(
                    at + ".data", wantsData ? "Expected the fields of the entity." : "A delete has no data.");
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> fields = wantsData ? JSON.convertValue(data, Map.class) : Map.of();
        return new Edit(index, operation, entityType, id.asText(), fields);
    }

    /** The entity type of that name, whatever letter case it is in. */
    static String entityType(String name, String field, List<String> entityTypes) throws RefusedException {
        for (String entityType : entityTypes) {
            if (entityType.equalsIgnoreCase(name)) {
                return entityType;
            }
        }
        throw RefusedException.invalid(field, "No such entity type; there are " + String.join(", ", entityTypes) + ".");
    }

    private OptionalInt integer(String member, int least, int most) throws RefusedException {
        if (!has(member)) {
            return OptionalInt.empty();
        }
        JsonNode value = body.path(member);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw RefusedException.invalid(member, "Expected a whole number from " + least + " to " + most + ".");
        }
        return OptionalInt.of(value.intValue());
    }

    private boolean flag(String member) throws RefusedException {
        JsonNode value = body.path(member);
        if (has(member) && !value.isBoolean()) {
            throw RefusedException.invalid(member, "Expected true or false.");
        }
        return value.asBoolean(false);
    }

    private Cut cut() throws RefusedException {
        JsonNode value = body.path("truncate");
        if (value.isTextual() && value.textValue().equals("json")) {
            return Cut.JSON;
        }
        if (has("truncate") && !value.isBoolean()) {
            throw RefusedException.invalid("truncate", "Expected true, false or \"json\".");
        }
        return value.asBoolean(false) ? Cut.CONNECTION : Cut.NONE;
    }

    private Body insteadOfBody() throws RefusedException {
        Body chosen = Body.TRUE;
        Map<String, Body> members = Map.of("html", Body.HTML, "errors200", Body.ERRORS, "noContent", Body.NO_CONTENT);
        for (Map.Entry<String, Body> member : members.entrySet()) {
            if (flag(member.getKey())) {
                if (chosen != Body.TRUE) {
                    throw RefusedException.invalid(
                            member.getKey(), "Only one of html, errors200 and noContent can stand in for the body.");
                }
                chosen = member.getValue();
            }
        }
        return chosen;
    }

    private Budget budget(String member) throws RefusedException {
        JsonNode value = body.path(member);
        if (!has(member) || value.isBoolean()) {
            return value.asBoolean(false) ? Budget.ONCE_A_PAGE : Budget.NEVER;
        }
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 1) {
            return new Budget(Kind.COUNTED, value.intValue());
        }
        throw RefusedException.invalid(member, "Expected true, false or how many.");
    }

    private Set<String> poisonIds() {
        Set<String> ids = new LinkedHashSet<>();
        JsonNode value = body.path("poison");
        if (value.isTextual()) {
            ids.add(value.textValue());
        }
        return ids;
    }

    private static String text(JsonNode object, String member, String path) throws RefusedException {
        JsonNode value = object.path(member);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw RefusedException.invalid(path, "Expected text.");
        }
        return value.textValue();
    }

    private static void refuseOthers(JsonNode object, Set<String> members, String path) throws RefusedException {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!members.contains(name)) {
                throw RefusedException.invalid(path + name, "There is no such member here.");
            }
        }
    }
}
