package io.syncline.bench;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.changelog.Changelog;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * New devices of the Sell API that drain leads by HTTP and acknowledge page by page, beside the plain feed of the same leads in pages of the same
 * size, over the same connections.
 */
final class SellDrainBench implements Workload {

    private static final int ROUNDS = 5;

    private final String name;
    private final String title;
    private final String promised;
    private final Load load;

    /**
     * What is read at once.
     *
     * @param clients how many drain at once
     * @param sharing whether all clients read one session of one device, and not each a session of its own device
     * @param feeds how many read the plain feed at once beside them
     * @param manner of those that acknowledge
     * @param parsing whether clients read each page as JSON, those of the plain feed too
     */
    private record Load(int leads, int page, int clients, boolean sharing, int feeds, Manner manner, boolean parsing) {}

    /** How a client goes about its requests. */
    private enum Manner {
        /** One after the other. */
        IN_TURN,
        /** It asks for the next page and acknowledges the last one without waiting for either, over two connections. */
        OVERLAPPED
    }

    private SellDrainBench(String name, String title, String promised, Load load) {
        this.name = name;
        this.title = title;
        this.promised = promised;
        this.load = load;
    }

    /** One client of one device. */
    static SellDrainBench alone(int page) {
        return new SellDrainBench(
                "sell-drain-" + page,
                "drain of 100,000 by a Sell device with acks, beside the plain feed, pages of " + page,
                "0.5",
                new Load(100_000, page, 1, true, 1, Manner.IN_TURN, false));
    }

    /** One client of one device that does not wait for one thing before it asks for another. */
    static SellDrainBench overlapped(int page) {
        return new SellDrainBench(
                "sell-drain-overlapped-" + page,
                "drain of 100,000 by a Sell device that asks for the next page while it acknowledges the last, over two connections,"
                        + " beside the plain feed, pages of " + page,
                "",
                new Load(100_000, page, 1, true, 1, Manner.OVERLAPPED, false));
    }

    /** One client that has a use for what it reads: it parses each page, and so does the reader of the plain feed. */
    static SellDrainBench parsing(int page) {
        return new SellDrainBench(
                "sell-drain-parsed-" + page,
                "drain of 100,000 by a Sell device with acks, both clients parsing the JSON, pages of " + page,
                "",
                new Load(100_000, page, 1, true, 1, Manner.IN_TURN, true));
    }

    /** One device that reads its session over several connections, each in turn, beside one reader of the feed, which cannot do likewise. */
    static SellDrainBench severalConnections() {
        return new SellDrainBench(
                "sell-drain-connections",
                "drain of 100,000 by a Sell device over four connections with acks, beside the plain feed, pages of 100",
                "0.5",
                new Load(100_000, 100, 4, true, 1, Manner.IN_TURN, false));
    }

    /** Several clients that share a session. */
    static SellDrainBench shared() {
        return new SellDrainBench(
                "sell-drain-shared",
                "drain of 100,000 by four clients of one Sell session with acks, beside four readers of the plain feed, pages of 100",
                "",
                new Load(100_000, 100, 4, true, 4, Manner.IN_TURN, false));
    }

    /** Many devices at once. */
    static SellDrainBench many() {
        return new SellDrainBench(
                "sell-drain-many",
                "drain of 10,000 each by 100 Sell devices at once with acks, beside 100 readers of the plain feed, pages of 100",
                "",
                new Load(10_000, 100, 100, false, 100, Manner.IN_TURN, false));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Store store = setup.store(Store.Kind.SQLITE, name());
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            Leads.append(changelog, 1, load.leads(), 0);
        }
        int port = FreePort.next();
        Path folder = setup.folder(name());
        Map<String, String> properties = Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", folder.toString(),
                "syncline.db.url", store.url(),
                "syncline.sell.page-size", Integer.toString(load.page()),
                "syncline.sell.device-limit", "100000",
                "syncline.admin.token", Requests.TOKEN);
        ExecutorService threads = Executors.newFixedThreadPool(load.clients());
        List<HttpReader> readers = new ArrayList<>();
        List<HttpReader> acknowledging = new ArrayList<>();
        try (Syncline hub = Syncline.start(Settings.of(properties))) {
            assert hub != null;
            for (int client = 0; client < load.clients(); client++) {
                readers.add(new HttpReader(port));
                acknowledging.add(load.manner() == Manner.OVERLAPPED ? new HttpReader(port) : readers.get(client));
            }
            Rounds.Result result =
                    Rounds.compare(ROUNDS, () -> drain(threads, readers, acknowledging), () -> feed(threads, readers));
            table.compared(title, "items/s", result, promised);
            for (HttpReader reader : readers) {
                reader.close();
            }
            for (HttpReader reader : acknowledging) {
                reader.close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private double drain(ExecutorService threads, List<HttpReader> readers, List<HttpReader> acknowledging)
            throws Exception {
        UUID device = UUID.randomUUID();
        long started = System.nanoTime();
        String shared = load.sharing() ? new SellReader(readers.get(0), device, load.parsing()).start() : "";
        List<Callable<Long>> drains = new ArrayList<>();
        for (int client = 0; client < readers.size(); client++) {
            HttpReader reader = readers.get(client);
            HttpReader other = acknowledging.get(client);
            drains.add(() -> {
                SellReader own = new SellReader(reader, load.sharing() ? device : UUID.randomUUID(), load.parsing());
                String session = load.sharing() ? shared : own.start();
                return load.manner() == Manner.OVERLAPPED ? own.drainOverlapped(session, other) : own.drain(session);
            });
        }
        return rate(atOnce(threads, drains), load.sharing() ? 1 : load.clients(), started);
    }

    private double feed(ExecutorService threads, List<HttpReader> readers) throws Exception {
        long started = System.nanoTime();
        List<Callable<Long>> feeds = new ArrayList<>();
        readers.subList(0, load.feeds()).forEach(reader -> feeds.add(() -> feed(reader)));
        return rate(atOnce(threads, feeds), load.feeds(), started);
    }

    private long feed(HttpReader reader) throws IOException {
        String query = "/api/changes?entityTypes=lead&limit=" + load.page();
        long items = 0;
        String cursor = "";
        do {
            reader.exchange(Requests.get(query + cursor));
            if (load.parsing() && reader.json().path("changes").isEmpty()) {
                throw new IOException("a page without changes");
            }
            items += load.page();
            cursor = "&cursor=" + reader.lastOf("\"cursor\":\"");
        } while (reader.endsAround("\"hasmore\":true"));
        return items;
    }

    private static long atOnce(ExecutorService threads, List<Callable<Long>> reading) throws Exception {
        long items = 0;
        for (Future<Long> read : threads.invokeAll(reading)) {
            items += read.get();
        }
        return items;
    }

    private double rate(long items, int times, long started) throws IOException {
        long expected = (long) load.leads() * times;
        if (items != expected) {
            throw new IOException(items + " items came, expected were " + expected);
        }
        return Rounds.rate(items, started);
    }
}
