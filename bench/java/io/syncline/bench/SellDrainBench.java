package io.syncline.bench;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.changelog.Changelog;
import io.syncline.storage.Database;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/**
 * A new device of the Sell API that drains 100,000 leads by HTTP and acknowledges page by page, beside the plain feed of the same leads in pages of
 * the same size, over the same connection.
 */
final class SellDrainBench implements Workload {

    private static final int LEADS = 100_000;
    private static final int ROUNDS = 5;

    private static final Mark ACK_KEY = new Mark("\"ack_key\":");
    private static final byte[] BEFORE_KEYS = "{\"data\":{\"ack_keys\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_KEYS = "]}}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final int page;

    SellDrainBench(int page) {
        this.page = page;
    }

    @Override
    public String name() {
        return "sell-drain-" + page;
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Store store = setup.store(Store.Kind.SQLITE, name());
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            Leads.append(changelog, 1, LEADS, 0);
        }
        int port = FreePort.next();
        Path folder = setup.folder(name());
        Map<String, String> properties = Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", folder.toString(),
                "syncline.db.url", store.url(),
                "syncline.sell.page-size", Integer.toString(page),
                "syncline.sell.device-limit", "1000",
                "syncline.admin.token", Requests.TOKEN);
        try (Syncline hub = Syncline.start(Settings.of(properties));
                HttpReader reader = new HttpReader(port)) {
            assert hub != null;
            Rounds.Result result = Rounds.compare(ROUNDS, () -> drain(reader), () -> feed(reader));
            table.compared(
                    "drain of 100,000 by a Sell device with acks, beside the plain feed, pages of " + page,
                    "items/s",
                    result,
                    "0.5");
        }
    }

    private double drain(HttpReader reader) throws IOException {
        String device = "X-Basecrm-Device-UUID: " + UUID.randomUUID();
        long started = System.nanoTime();
        reader.exchange(request("POST /v2/sync/start", device, NOTHING));
        byte[] next = request("GET /v2/sync/" + reader.lastOf("\"data\":{\"id\":\"") + "/queues/main", device, null);
        long items = 0;
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        for (reader.exchange(next); reader.status() == 200; reader.exchange(next)) {
            keys.reset();
            keys.writeBytes(BEFORE_KEYS);
            items += reader.copyTexts(ACK_KEY, keys);
            keys.writeBytes(AFTER_KEYS);
            reader.exchange(request("POST /v2/sync/ack", device, keys.toByteArray()));
        }
        return rate(items, started);
    }

    private double feed(HttpReader reader) throws IOException {
        long started = System.nanoTime();
        String query = "/api/changes?entityTypes=lead&limit=" + page;
        long items = 0;
        String cursor = "";
        do {
            reader.exchange(Requests.get(query + cursor));
            items += page;
            cursor = "&cursor=" + reader.lastOf("\"cursor\":\"");
        } while (reader.endsAround("\"hasmore\":true"));
        return rate(items, started);
    }

    private static double rate(long items, long started) throws IOException {
        if (items != LEADS) {
            throw new IOException(items + " items came, expected were " + LEADS);
        }
        return Rounds.rate(items, started);
    }

    /** @param body null for none */
    private static byte[] request(String line, String device, byte[] body) {
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
