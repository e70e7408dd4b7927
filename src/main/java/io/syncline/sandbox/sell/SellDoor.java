package io.syncline.sandbox.sell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncline.sandbox.upstream.Call;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Operation;
import io.syncline.sandbox.upstream.Poison;
import io.syncline.sandbox.upstream.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Start, queue and ack over HTTP, strict by the published protocol. Thread-safe. */
final class SellDoor {
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern QUEUE_PATH = Pattern.compile("/sell/v2/sync/([^/]+)/queues/([^/]+)");
    private static final Pattern ACK_KEY = Pattern.compile("([A-Za-z]{1,40})-(\\d{1,18})-(\\d{1,18})");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SESSIONS_KEPT = 1_000;
    private static final int DEVICES_KEPT = 100;

    private final Ledger ledger;
    private final Poison poison;
    private final byte[] token;
    private final int pageSize;
    private final Map<String, Device> devices = new Recent<>(DEVICES_KEPT);
    private final Map<String, Session> sessions = new Recent<>(SESSIONS_KEPT);

    SellDoor(Ledger ledger, Poison poison, String token, int pageSize) {
        this.ledger = ledger;
        this.poison = poison;
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.pageSize = pageSize;
    }

    Reply answer(Call call, Distortion distortion) {
        boolean known = call.bearer()
                .filter(sent -> MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), token))
                .isPresent();
        if (!known) {
            return SellReplies.error(401, "unauthorized", "The access token is missing or not valid.")
                    .with("WWW-Authenticate", "Bearer");
        }
        if (!call.accepts("application/json")) {
            return SellReplies.error(406, "not_acceptable", "Answers are application/json.");
        }
        Matcher queue = QUEUE_PATH.matcher(call.path());
        String expected =
                switch (call.path()) {
                    case "/sell/v2/sync/start", "/sell/v2/sync/ack" -> "POST";
                    default -> queue.matches() ? "GET" : "";
                };
        if (expected.isEmpty()) {
            return SellReplies.error(404, "incorrect_path", "There is nothing at this path.");
        }
        if (!call.method().equals(expected)) {
            return SellReplies.error(405, "incorrect_path", "Use " + expected + ".")
                    .with("Allow", expected);
        }
        Optional<String> deviceId = call.header("x-basecrm-device-uuid")
                .filter(text -> UUID_TEXT.matcher(text).matches())
                .map(text -> text.toLowerCase(Locale.ROOT));
        if (deviceId.isEmpty()) {
            return SellReplies.error(400, "invalid_header", "X-Basecrm-Device-UUID has to be a UUID.");
        }
        synchronized (ledger) {
            return switch (call.path()) {
                case "/sell/v2/sync/start" -> start(call, deviceId.get(), distortion);
                case "/sell/v2/sync/ack" -> acknowledge(call, deviceId.get());
                default -> queue(queue.group(1), queue.group(2), deviceId.get(), distortion);
            };
        }
    }

    private Reply start(Call call, String deviceId, Distortion distortion) {
        if (distortion.emptyListing()) {
            return SellReplies.empty(204);
        }
        Device device = devices.computeIfAbsent(deviceId, unknown -> new Device(ledger));
        Session session = new Session(deviceId, device);
        if (session.size() == 0) {
            return SellReplies.empty(204);
        }
        String id = UUID.randomUUID().toString();
        sessions.put(id, session);
        String self = "http://" + call.header("host").orElse("localhost") + "/sell/v2/sync/" + id + "/queues/main";
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", "main");
        data.put("pages", (session.size() + pageSize - 1) / pageSize);
        data.put("total_count", session.size());
        Map<String, Object> queue =
                Map.of("data", data, "meta", Map.of("type", "sync_queue", "links", Map.of("self", self)));
        return SellReplies.json(
                201,
                Map.of("data", Map.of("id", id, "queues", List.of(queue)), "meta", Map.of("type", "sync_session")));
    }

    private Reply queue(String sessionId, String queue, String deviceId, Distortion distortion) {
        if (!queue.equals("main") || !UUID_TEXT.matcher(sessionId).matches()) {
            return SellReplies.error(404, "not_found", "There is no such session or queue.");
        }
        Session session = sessions.get(sessionId);
        if (session == null) {
            return SellReplies.empty(204);
        }
        if (!session.belongsTo(deviceId)) {
            return SellReplies.error(404, "not_found", "The session belongs to another device.");
        }
        if (distortion.emptyListing() && session.size() > 0) {
            return items(new Session.Portion(List.of(), session.size()), Distortion.NONE);
        }
        if (session.last().isPresent() && !session.last().get().items().isEmpty() && distortion.takeDuplicatePage()) {
            return items(session.last().get(), Distortion.NONE);
        }
        Session.Portion portion = session.take(pageSize);
        return portion.items().isEmpty() ? SellReplies.empty(204) : items(portion, distortion);
    }

    private Reply items(Session.Portion portion, Distortion distortion) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (Session.Item item : portion.items()) {
            Map<String, Object> record = record(item);
            if (item.entry().data().isPresent()) {
                poison.offer(item.entry().entityType(), item.entry().entityId(), record, items.isEmpty(), distortion);
            }
            items.add(record);
        }
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("type", "collection");
        meta.put("count", items.size());
        meta.put("count_left", portion.left());
        return SellReplies.json(200, Map.of("items", items, "meta", meta));
    }

    private static Map<String, Object> record(Session.Item item) {
        Ledger.Entry entry = item.entry();
        Operation operation =
                entry.data().isEmpty() ? Operation.DELETED : item.known() ? Operation.UPDATED : Operation.CREATED;
        Map<String, Object> sync = new LinkedHashMap<>();
        sync.put("event_type", operation.toString());
        sync.put("ack_key", typeName(entry.entityType()) + "-" + entry.entityId() + "-" + entry.sequence());
        sync.put("revision", entry.sequence());
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("type", entry.entityType());
        meta.put("version", 1);
        meta.put("sync", sync);
        Map<String, Object> record = new LinkedHashMap<>();
        record.put(
                "data", entry.data().map(fields -> fields.toMapOfPresent()).orElseGet(() -> idAlone(entry.entityId())));
        record.put("meta", meta);
        return record;
    }

    private static Map<String, Object> idAlone(String entityId) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", Long.parseLong(entityId));
        return data;
    }

    private Reply acknowledge(Call call, String deviceId) {
        JsonNode body;
        try {
            body = JSON.readTree(call.body());
        } catch (IOException notJson) {
            return SellReplies.error(400, "invalid_payload", "The body is not JSON.");
        }
        if (body == null || !body.isObject() || !body.path("data").isObject()) {
            return SellReplies.error(400, "invalid_payload", "The body has to be {\"data\": {\"ack_keys\": [...]}}.");
        }
        JsonNode keys = body.path("data").path("ack_keys");
        if (!keys.isArray()) {
            return SellReplies.unprocessable("ack", "/data/ack_keys", "Expected a list of keys.");
        }
        Device device = devices.get(deviceId);
        if (device != null) {
            keys.forEach(key -> acknowledge(device, key.asText("")));
        }
        return SellReplies.empty(202);
    }

    private void acknowledge(Device device, String key) {
        Matcher parts = ACK_KEY.matcher(key);
        if (parts.matches()) {
            ledger.entityTypes().stream()
                    .filter(entityType -> typeName(entityType).equals(parts.group(1)))
                    .forEach(entityType -> device.acknowledge(
                            new Device.Key(entityType, parts.group(2)), Long.parseLong(parts.group(3))));
        }
    }

    /** {@code deal_source} as {@code DealSource}. */
    private static String typeName(String entityType) {
        StringBuilder name = new StringBuilder();
        for (String word : entityType.split("_", -1)) {
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }

    /** The entries used last. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private final int kept;

        private Recent(int kept) {
            super(16, 0.75f, true);
            this.kept = kept;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > kept;
        }
    }
}
