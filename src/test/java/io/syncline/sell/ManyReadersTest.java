package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import io.syncline.storage.Database;
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
        beginAnew(new SellSettings(40, DEVICES));
        hub.append(leads(1, 120).toArray(Observed[]::new));
        SellClient client = hub.client("sales");
        List<SellClient> devices = new ArrayList<>();
        for (int number = 0; number < DEVICES; number++) {
            devices.add(client.withDevice(UUID.randomUUID().toString()));
        }

        List<JsonNode> items = atOnce(DEVICES + 1, number -> {
            if (number == DEVICES) {
                for (int id = 1; id <= 20; id++) {
                    hub.append(lead(id, "Anew"));
                }
                return List.of();
            }
            return devices.get(number).drain();
        });
        Map<String, Integer> late = new TreeMap<>();
        for (SellClient device : devices) {
            List<JsonNode> rest = device.drain();
            items.addAll(rest);
            SellClient.told(rest).forEach(told -> late.merge(told, 1, Integer::sum));
            assertThat(device.start().status()).isEqualTo(204);
        }

        assertThat(SellClient.told(items).stream().filter(told -> told.startsWith("created")))
                .hasSize(120 * DEVICES);
        assertThat(items.stream()
                        .filter(item -> item.at("/data/last_name").textValue().equals("Anew")))
                .hasSize(20 * DEVICES);
        assertThat(late.keySet()).allSatisfy(told -> assertThat(told).matches("updated lead (1?\\d|20)"));
    }

    private static void beginAnew(SellSettings settings) {
        hub.beginAnew(settings);
        hub.restart(THREADS);
    }

    private interface Reader {
        List<JsonNode> read(int number) throws Exception;
    }

    private static List<JsonNode> atOnce(int readers, Reader reader) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            List<Callable<List<JsonNode>>> tasks = new ArrayList<>();
            for (int number = 0; number < readers; number++) {
                int own = number;
                tasks.add(() -> reader.read(own));
            }
            List<JsonNode> all = new ArrayList<>();
            for (Future<List<JsonNode>> read : threads.invokeAll(tasks)) {
                all.addAll(read.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
