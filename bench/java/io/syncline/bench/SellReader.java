package io.syncline.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** A client of the Sell API, which acknowledges page by page. For use by one thread. */
final class SellReader {

    private static final Mark ACK_KEY = new Mark("\"ack_key\":");
    private static final byte[] BEFORE_KEYS = "{\"data\":{\"ack_keys\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_KEYS = "]}}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final HttpReader reader;
    private final String device;
    private final boolean parsing;
    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();

    /** @param parsing whether it reads each page as JSON */
    SellReader(HttpReader reader, UUID device, boolean parsing) {
        this.reader = reader;
        this.parsing = parsing;
        this.device = "X-Basecrm-Device-UUID: " + device;
    }

    /** Begins a session and tells its id. */
    String start() throws IOException {
        reader.exchange(request("POST /v2/sync/start", NOTHING));
        return reader.lastOf("\"data\":{\"id\":\"");
    }

    /** Reads a session to its end; tells how many items came here. */
    long drain(String session) throws IOException {
        byte[] next = next(session);
        long items = 0;
        for (reader.exchange(next); reader.status() == 200; reader.exchange(next)) {
            items += keepPage();
            reader.exchange(acknowledgement());
        }
        return items;
    }

    /**
     * The same without waiting for one thing before another: the next page is asked for as soon as one is here, and a page is acknowledged over
     * another connection while the next is on its way. All is acknowledged when this returns.
     */
    long drainOverlapped(String session, HttpReader acknowledging) throws IOException {
        byte[] next = next(session);
        long items = 0;
        boolean unanswered = false;
        for (reader.exchange(next); reader.status() == 200; reader.receive()) {
            reader.send(next);
            items += keepPage();
            if (unanswered) {
                acknowledging.receive();
            }
            acknowledging.send(acknowledgement());
            unanswered = true;
        }
        if (unanswered) {
            acknowledging.receive();
        }
        return items;
    }

    private byte[] next(String session) {
        return request("GET /v2/sync/" + session + "/queues/main", null);
    }

    /** Does with the page that came last what a client does with it, and tells how many items it has. */
    private long keepPage() throws IOException {
        if (parsing && reader.json().path("items").isEmpty()) {
            throw new IOException("a page without items");
        }
        keys.reset();
        keys.writeBytes(BEFORE_KEYS);
        int count = reader.copyTexts(ACK_KEY, keys);
        keys.writeBytes(AFTER_KEYS);
        return count;
    }

    private byte[] acknowledgement() {
        return request("POST /v2/sync/ack", keys.toByteArray());
    }

    /** @param body null for none */
    private byte[] request(String line, byte[] body) {
        String content = body == null ? "" : "\r\nContent-Type: application/json\r\nContent-Length: " + body.length;
        byte[] head = (line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Requests.TOKEN + "\r\n"
                        + device + "\r\nAccept: application/json" + content + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        if (body == null) {
            return head;
        }
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }
}
