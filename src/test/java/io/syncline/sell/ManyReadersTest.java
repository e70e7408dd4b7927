package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import io.syncline.storage.Database;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many that read at the same time: one session by several threads, and a hundred devices. */
class ManyReadersTest {

    private static final int READERS = 8;
    private static final int DEVICES = 100;
    /** More by {@code -Dsyncline.test.sell-leads=10000}, which takes minutes. */
    private static final int LEADS = Integer.getInteger("syncline.test.sell-leads", 120);

    private static final int PAGE = LEADS > 1_000 ? 100 : 40;
    private static final int CHANGED = 20;

    private static final PageThreads THREADS = new PageThreads();

    private static SellHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = SellHub.start(Database.Dialect.SQLITE);
    }

    @AfterAll
    static void stop() {
        THREADS.close();
        hub.close();
    }

    @Test
    void pagesOfOneSessionAreDisjointHoweverManyReadIt() throws Exception {
        beginAnew(new SellSettings(3, 100));
        hub.append(leads(1, 400).toArray(Observed[]::new));
        SellClient client = hub.client("sales");
        String session = client.session();

        List<JsonNode> items = atOnce(READERS, reader -> client.drain(session, reader % 2 == 0));

        assertThat(SellClient.told(items)).hasSize(400).doesNotHaveDuplicates();
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    @Test
    void aHundredDevicesDrainAtOnceAndMissNothing() throws Exception {
        beginAnew(new SellSettings(PAGE, DEVICES));
        hub.append(leads(1, LEADS).toArray(Observed[]::new));
        SellClient client = hub.client("sales");
        List<SellClient> devices = new ArrayList<>();
        for (int number = 0; number < DEVICES; number++) {
            devices.add(client.withDevice(UUID.randomUUID().toString()));
        }

        List<String> told = atOnce(DEVICES + 1, number -> {
            if (number == DEVICES) {
                for (int id = 1; id <= CHANGED; id++) {
                    hub.append(lead(id, "Anew"));
                }
                return List.of();
            }
            return drain(devices.get(number));
        });
        Map<String, Integer> late = new TreeMap<>();
        for (SellClient device : devices) {
            List<String> rest = drain(device);
            told.addAll(rest);
            rest.forEach(one -> late.merge(one, 1, Integer::sum));
            assertThat(device.start().status()).isEqualTo(204);
        }

        assertThat(told.stream().filter(one -> one.startsWith("created"))).hasSize(LEADS * DEVICES);
        assertThat(told.stream().filter(one -> one.endsWith("anew"))).hasSize(CHANGED * DEVICES);
        assertThat(late.keySet()).allSatisfy(one -> assertThat(one).matches("updated lead (1?\\d|20) anew"));
    }

    /** What a device is told, with the word anew where the lead has been changed by then. */
    private static List<String> drain(SellClient device) throws IOException {
        List<String> told = new ArrayList<>();
        Wire.Answer started = device.start();
        if (started.status() == 204) {
            return told;
        }
        String session = SellHub.json(started.body()).at("/data/id").textValue();
        device.drain(
                session,
                true,
                page -> page.forEach(
                        item -> told.add(SellClient.told(List.of(item)).get(0)
                                + (item.at("/data/last_name").textValue().equals("Anew") ? " anew" : ""))));
        return told;
    }

    private static void beginAnew(SellSettings settings) {
        hub.beginAnew(settings);
        hub.restart(THREADS);
    }

    private interface Reader<T> {
        List<T> read(int number) throws Exception;
    }

    private static <T> List<T> atOnce(int readers, Reader<T> reader) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            List<Callable<List<T>>> tasks = new ArrayList<>();
            for (int number = 0; number < readers; number++) {
                int own = number;
                tasks.add(() -> reader.read(own));
            }
            List<T> all = new ArrayList<>();
            for (Future<List<T>> read : threads.invokeAll(tasks)) {
                all.addAll(read.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
