package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several clients of different languages and manners take turns on one device, every other one on a line that is cut now and then, while upstream
 * changes and Syncline is killed right after it took an acknowledgement: none is told of an item again after its acknowledgement, and together they
 * miss nothing. Clients whose interpreter is not on this machine sit out.
 */
final class SellTurnsTest {

    private static final int TURNS = 11;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Random random = new Random(20_260_303);
    private final String device = UUID.randomUUID().toString();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, JsonNode> replica = new TreeMap<>();

    @Test
    void clientsOfOneDeviceTakeTurns() throws Exception {
        List<SellClient> clients = new ArrayList<>(List.of(SellClient.java()));
        SellClient.script("node", "sell.js").ifPresent(clients::add);
        for (String manner : List.of("length", "form", "bare")) {
            SellClient.script("python3", "sell.py", manner).ifPresent(clients::add);
        }
        try (SteeredSandbox sandbox = SteeredSandbox.start(
                        SandboxOptions.defaults().withPort(0).withChangesPerSecond(40));
                HubProcess hub = new HubProcess(
                        folder, HubProcess.integration("crm", "sell", sandbox.url() + "/sell", "sandbox0".repeat(8)));
                CutWire wire = new CutWire(hub.port(), random)) {
            for (int turn = 0; turn < TURNS; turn++) {
                SellClient client = clients.get(turn % clients.size());
                boolean cut = turn % 2 == 0;
                List<SellClient.Told> told =
                        client.drain(cut ? wire.url() : hub.url(), Replica.TOKEN, device, 1 + random.nextInt(8));
                assertThat(told).noneMatch(each -> each.broken() && !cut);
                take(told);
                if (turn == TURNS / 2) {
                    hub.killAndRestart();
                }
            }
            sandbox.pace(0);
            Map<String, JsonNode> truth = truth(sandbox);
            Instant patience = Instant.now().plus(PATIENCE);
            while (!replica.equals(truth) && Instant.now().isBefore(patience)) {
                take(clients.get(random.nextInt(clients.size())).drain(hub.url(), Replica.TOKEN, device, 1_000));
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }

            assertThat(replica).hasSizeGreaterThan(4_500).isEqualTo(truth);
        }
    }

    /** The living entities of all types. */
    private static Map<String, JsonNode> truth(SteeredSandbox sandbox) throws IOException, InterruptedException {
        Map<String, JsonNode> truth = new TreeMap<>();
        for (String type : sandbox.entityTypes("sell")) {
            sandbox.truth("sell", type).forEach((id, entity) -> truth.put(type + " " + id, entity));
        }
        return truth;
    }

    private void take(List<SellClient.Told> turn) {
        for (SellClient.Told told : turn) {
            told.item().ifPresent(this::receive);
            acknowledged.addAll(told.acknowledged());
        }
    }

    private void receive(JsonNode item) {
        String key = item.at("/meta/sync/ack_key").textValue();
        assertThat(acknowledged).doesNotContain(key);
        String entity =
                item.at("/meta/type").textValue() + " " + item.at("/data/id").asText();
        if (item.at("/meta/sync/event_type").textValue().equals("deleted")) {
            replica.remove(entity);
        } else {
            replica.put(entity, item.get("data"));
        }
    }
}
