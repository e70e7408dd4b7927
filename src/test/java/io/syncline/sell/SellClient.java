package io.syncline.sell;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A client as the published ones are: it repeats the same GET until 204 and acknowledges page by page. */
final class SellClient {

    private static final byte[] NOTHING = new byte[0];

    private final SellHub hub;
    private final String token;
    private final String device;

    SellClient(SellHub hub, String token) {
        this(hub, token, UUID.randomUUID().toString());
    }

    private SellClient(SellHub hub, String token, String device) {
        this.hub = hub;
        this.token = token;
        this.device = device;
    }

    /** The same token on another device. */
    SellClient withDevice(String uuid) {
        return new SellClient(hub, token, uuid);
    }

    String token() {
        return token;
    }

    String device() {
        return device;
    }

    Wire.Answer start() throws IOException {
        return Wire.send(hub.port(), head("POST /v2/sync/start", "Content-Length: 0"), NOTHING);
    }

    /** Begins a session in which there is something new. */
    String session() throws IOException {
        Wire.Answer answer = start();
        if (answer.status() != 201) {
            throw new AssertionError("there is nothing new: " + answer);
        }
        return SellHub.json(answer.body()).at("/data/id").textValue();
    }

    Wire.Answer get(String session) throws IOException {
        return get(session, "main");
    }

    Wire.Answer get(String session, String queue) throws IOException {
        return Wire.send(hub.port(), head("GET /v2/sync/" + session + "/queues/" + queue), NOTHING);
    }

    Wire.Answer ack(Collection<String> keys) throws IOException {
        return ack(payload(keys));
    }

    /** An acknowledgement as most clients write it. */
    static byte[] payload(Collection<String> keys) {
        return ("{\"data\":{\"ack_keys\":["
                        + keys.stream().map(key -> '"' + key + '"').collect(Collectors.joining(",")) + "]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    Wire.Answer ackRaw(String body) throws IOException {
        return ack(body.getBytes(StandardCharsets.UTF_8));
    }

    private Wire.Answer ack(byte[] bytes) throws IOException {
        return Wire.send(
                hub.port(),
                head("POST /v2/sync/ack", "Content-Type: application/json", "Content-Length: " + bytes.length),
                bytes);
    }

    List<String> head(String methodAndPath, String... more) {
        List<String> head = new ArrayList<>(List.of(
                methodAndPath + " HTTP/1.1",
                "Authorization: Bearer " + token,
                "X-Basecrm-Device-UUID: " + device,
                "Accept: application/json"));
        head.addAll(List.of(more));
        return head;
    }

    /** Starts, reads to the end and acknowledges every page after reading it. */
    List<JsonNode> drain() throws IOException {
        return drain(true);
    }

    List<JsonNode> drain(boolean acknowledging) throws IOException {
        Wire.Answer started = start();
        if (started.status() == 204) {
            return List.of();
        }
        return drain(SellHub.json(started.body()).at("/data/id").textValue(), acknowledging);
    }

    List<JsonNode> drain(String session, boolean acknowledging) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        drain(session, acknowledging, all::addAll);
        return all;
    }

    /** Reads to the end; the receiver is given the items page by page. */
    void drain(String session, boolean acknowledging, Consumer<List<JsonNode>> receiver) throws IOException {
        for (Wire.Answer page = get(session); page.status() != 204; page = get(session)) {
            if (page.status() != 200) {
                throw new AssertionError(page);
            }
            List<JsonNode> items = items(page);
            receiver.accept(items);
            if (acknowledging && ack(keys(items)).status() != 202) {
                throw new AssertionError("not acknowledged");
            }
        }
    }

    static List<JsonNode> items(Wire.Answer page) {
        return StreamSupport.stream(SellHub.json(page.body()).path("items").spliterator(), false)
                .toList();
    }

    static List<String> keys(List<JsonNode> items) {
        return items.stream()
                .map(item -> item.at("/meta/sync/ack_key").textValue())
                .toList();
    }

    /** As {@code created lead 7}. */
    static List<String> told(List<JsonNode> items) {
        return items.stream()
                .map(item -> item.at("/meta/sync/event_type").textValue() + " "
                        + item.at("/meta/type").textValue() + " "
                        + item.at("/data/id").asText())
                .toList();
    }
}
