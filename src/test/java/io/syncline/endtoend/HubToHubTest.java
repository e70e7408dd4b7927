package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second Syncline pulls from a first one, by configuration alone and through both protocols, while upstream changes and fails, the line between
 * the two is cut again and again, and each of them is killed. In the end both hold what upstream holds.
 *
 * <p>It goes on for {@code syncline.test.trouble-seconds} (15).
 */
final class HubToHubTest {

    private static final List<String> LETSBUILD = List.of("Project", "Form", "Point", "ContactDetails");
    private static final List<String> SELL = List.of(
            "contact",
            "lead",
            "deal",
            "note",
            "task",
            "user",
            "tag",
            "pipeline",
            "stage",
            "source",
            "lead_source",
            "deal_source",
            "loss_reason");
    private static final List<String> FAULTS = List.of(
            "\"status\":503,\"count\":2",
            "\"status\":429,\"count\":1",
            "\"truncate\":true,\"count\":2",
            "\"duplicatePages\":true,\"count\":3",
            "\"emptyListing\":true,\"count\":2",
            "\"html\":true,\"count\":1",
            "\"noContent\":true,\"count\":1",
            "\"dropConnection\":true,\"count\":2",
            "\"poison\":1",
            "\"latencyMs\":200,\"count\":3");
    private static final String SANDBOX_TOKEN = "sandbox0".repeat(8);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Random random = new Random(20_260_202);

    @TempDir
    Path folder;

    @Test
    void bothEndWithTheTruthAfterFaultsAndKills() throws Exception {
        Duration trouble = Duration.ofSeconds(Integer.getInteger("syncline.test.trouble-seconds", 15));
        Path firstFolder = Files.createDirectory(folder.resolve("first"));
        Path secondFolder = Files.createDirectory(folder.resolve("second"));
        try (SteeredSandbox sandbox = SteeredSandbox.start(
                        SandboxOptions.defaults().withPort(0).withChangesPerSecond(40));
                HubProcess first = new HubProcess(
                        firstFolder,
                        integrations(sandbox.url() + "/letsbuild/graphql", sandbox.url() + "/sell", SANDBOX_TOKEN));
                CutWire wire = new CutWire(first.port(), random);
                HubProcess second = new HubProcess(
                        secondFolder, integrations(wire.url() + "/graphql", wire.url(), Replica.TOKEN))) {
            trouble(sandbox, trouble.dividedBy(3));
            first.killAndRestart();
            trouble(sandbox, trouble.dividedBy(3));
            second.killAndRestart();
            trouble(sandbox, trouble.dividedBy(3));
            sandbox.mend();
            sandbox.pace(0);
            wire.mend();

            Map<String, Map<String, JsonNode>> truth = truth(sandbox);
            assertEndsWith(truth, first);
            assertEndsWith(truth, second);
        }
    }

    private void trouble(SteeredSandbox sandbox, Duration howLong) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(howLong);
        while (Instant.now().isBefore(end)) {
            for (String source : List.of("letsbuild", "sell")) {
                sandbox.fault(source, FAULTS.get(random.nextInt(FAULTS.size())));
            }
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    private static void assertEndsWith(Map<String, Map<String, JsonNode>> truth, HubProcess hub)
            throws IOException, InterruptedException {
        Map<String, Replica> replicas = new LinkedHashMap<>();
        truth.keySet().forEach(type -> replicas.put(type, Replica.ofPlainFeed(hub.url(), type)));
        Instant patience = Instant.now().plus(PATIENCE);
        do {
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            for (Replica replica : replicas.values()) {
                replica.poll();
            }
        } while (!agree(truth, replicas) && Instant.now().isBefore(patience));
        String said = hub.log();
        truth.forEach((type, entities) -> assertThat(replicas.get(type).entities())
                .as(() -> type + " at " + hub.url() + ", which said:\n" + said)
                .isEqualTo(entities));
    }

    private static boolean agree(Map<String, Map<String, JsonNode>> truth, Map<String, Replica> replicas) {
        return truth.entrySet().stream()
                .allMatch(type -> replicas.get(type.getKey()).entities().equals(type.getValue()));
    }

    private static Map<String, Map<String, JsonNode>> truth(SteeredSandbox sandbox)
            throws IOException, InterruptedException {
        Map<String, Map<String, JsonNode>> truth = new LinkedHashMap<>();
        for (String type : LETSBUILD) {
            truth.put(type, sandbox.truth("letsbuild", type));
        }
        for (String type : SELL) {
            truth.put(type, sandbox.truth("sell", type));
        }
        assertThat(truth.values().stream().mapToInt(Map::size).sum()).isGreaterThan(25_000);
        return truth;
    }

    private static Map<String, String> integrations(String letsbuild, String sell, String token) {
        Map<String, String> integrations =
                new HashMap<>(HubProcess.integration("sites", "letsbuild", letsbuild, token));
        integrations.putAll(HubProcess.integration("crm", "sell", sell, token));
        return integrations;
    }
}
