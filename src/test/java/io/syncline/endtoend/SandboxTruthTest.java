package io.syncline.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way of a change, with everything going wrong on it: an upstream that changes all the time and answers badly, a hub that is
 * killed, and consumers that apply their feeds blindly. In the end every consumer holds exactly what the upstream holds.
 *
 * <p>It goes on for {@code syncline.test.trouble-seconds} (15).
 */
final class SandboxTruthTest {

    private static final List<String> TYPES = List.of("Project", "Form", "Point", "ContactDetails");
    private static final List<String> FAULTS = List.of(
            "\"status\":503,\"count\":2",
            "\"status\":429,\"count\":1,\"retryAfter\":1",
            "\"truncate\":true,\"count\":2",
            "\"duplicatePages\":true,\"count\":3",
            "\"html\":true,\"count\":1",
            "\"errors200\":true,\"count\":1",
            "\"noContent\":true,\"count\":1",
            "\"sameCursor\":true,\"count\":1",
            "\"dropConnection\":true,\"count\":1",
            "\"latencyMs\":300,\"count\":3");
    private static final String GHOST = "00000000-0000-4000-8000-0000000000aa";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Random random = new Random(20_260_101);

    @TempDir
    Path folder;

    @Test
    void everyConsumerEndsWithTheTruthAfterFaultsAndKills() throws Exception {
        Duration trouble = Duration.ofSeconds(Integer.getInteger("syncline.test.trouble-seconds", 15));
        try (SteeredSandbox sandbox = SteeredSandbox.start(
                        SandboxOptions.defaults().withPort(0).withChangesPerSecond(40));
                HubProcess hub = new HubProcess(folder, integration(sandbox.url()))) {
            Map<String, Replica> published = new LinkedHashMap<>();
            Map<String, Replica> plain = new LinkedHashMap<>();
            replicas(hub.url(), published, plain);

            Instant end = Instant.now().plus(trouble);
            Instant kill = Instant.now().plus(trouble.dividedBy(3));
            while (Instant.now().isBefore(end)) {
                sandbox.fault("letsbuild", FAULTS.get(random.nextInt(FAULTS.size())));
                if (Instant.now().isAfter(kill)) {
                    Instant killed = Instant.now();
                    hub.killAndRestart();
                    // A slow start takes nothing from the trouble.
                    end = end.plus(Duration.between(killed, Instant.now()));
                    kill = Instant.now().plus(trouble.dividedBy(3));
                }
                poll(published, plain);
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
            sandbox.mend();
            sandbox.pace(0);

            assertEndsWithTheTruth(sandbox, hub, published, plain);
        }
    }

    @Test
    void everyConsumerEndsWithTheTruthOfAnUpstreamThatBeganAnew() throws Exception {
        SandboxOptions options = SandboxOptions.defaults().withPort(HubProcess.freePort());
        Map<String, Replica> published = new LinkedHashMap<>();
        Map<String, Replica> plain = new LinkedHashMap<>();
        SteeredSandbox first = SteeredSandbox.start(options.withChangesPerSecond(0));
        try (HubProcess hub = new HubProcess(folder, integration(first.url()))) {
            replicas(hub.url(), published, plain);
            assertEndsWithTheTruth(first, hub, published, plain);
            // What lives only in the first life: an entity that the second never had, and newer versions than it
            // counts.
            first.control(
                    "POST",
                    "/changes",
                    "{\"source\":\"letsbuild\",\"changes\":[{\"operation\":\"created\",\"entityType\":\"Project\",\"entityId\":\""
                            + GHOST + "\",\"data\":{\"name\":\"Ghost\",\"code\":\"G\",\"isArchived\":false}}]}");
            first.pace(200);
            awaitEntity(plain.get("Project"), GHOST);
            first.close();
            try (SteeredSandbox second = SteeredSandbox.start(options.withChangesPerSecond(0))) {
                assertEndsWithTheTruth(second, hub, published, plain);
            }
            assertThat(plain.get("Project").entities()).doesNotContainKey(GHOST);
        } finally {
            first.close();
        }
    }

    private static void awaitEntity(Replica replica, String id) throws InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!replica.entities().containsKey(id) && Instant.now().isBefore(patience)) {
            replica.poll();
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        }
        assertThat(replica.entities()).containsKey(id);
    }

    private static Map<String, String> integration(String upstream) {
        return HubProcess.integration("nyc", "letsbuild", upstream + "/letsbuild/graphql", "sandbox0".repeat(8));
    }

    private static void replicas(String url, Map<String, Replica> published, Map<String, Replica> plain)
            throws IOException {
        for (String type : TYPES) {
            published.put(type, Replica.ofPublishedQuery(url, type + "Sync", publishedQuery(type + "Sync")));
            plain.put(type, Replica.ofPlainFeed(url, type));
        }
    }

    private static void assertEndsWithTheTruth(
            SteeredSandbox sandbox, HubProcess hub, Map<String, Replica> published, Map<String, Replica> plain)
            throws IOException, InterruptedException {
        Map<String, Map<String, JsonNode>> truth = new LinkedHashMap<>();
        for (String type : TYPES) {
            truth.put(type, sandbox.truth("letsbuild", type));
        }
        assertThat(truth.values().stream().mapToInt(Map::size).sum()).isGreaterThan(20_000);
        Instant patience = Instant.now().plus(PATIENCE);
        while (!agree(truth, plain) && Instant.now().isBefore(patience)) {
            poll(published, plain);
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        }
        poll(published, plain);
        for (String type : TYPES) {
            assertThat(plain.get(type).entities())
                    .as(() -> type + " by the plain feed, of a hub that said:\n" + hub.log())
                    .isEqualTo(truth.get(type));
            assertSameFields(type, published.get(type).entities(), truth.get(type));
        }
    }

    private static boolean agree(Map<String, Map<String, JsonNode>> truth, Map<String, Replica> replicas) {
        return TYPES.stream().allMatch(type -> replicas.get(type).entities().equals(truth.get(type)));
    }

    private static void poll(Map<String, Replica> published, Map<String, Replica> plain) throws InterruptedException {
        for (String type : TYPES) {
            published.get(type).poll();
            plain.get(type).poll();
        }
    }

    /** A published query selects some of the fields: those have to be right, for every entity. */
    private static void assertSameFields(String type, Map<String, JsonNode> replica, Map<String, JsonNode> truth) {
        assertThat(replica.keySet()).as(type).isEqualTo(truth.keySet());
        replica.forEach((id, entity) -> assertIncluded(type + " " + id, entity, truth.get(id)));
    }

    private static void assertIncluded(String what, JsonNode part, JsonNode whole) {
        for (Map.Entry<String, JsonNode> field : part.properties()) {
            JsonNode expected = whole.path(field.getKey());
            if (field.getValue().isObject()) {
                assertIncluded(what + "." + field.getKey(), field.getValue(), expected);
            } else if (field.getValue().isNull()) {
                assertThat(expected.isNull() || expected.isMissingNode())
                        .as(what + "." + field.getKey())
                        .isTrue();
            } else {
                assertThat(field.getValue()).as(what + "." + field.getKey()).isEqualTo(expected);
            }
        }
    }

    private static String publishedQuery(String name) throws IOException {
        try (InputStream query = SandboxTruthTest.class.getResourceAsStream("/published/" + name + ".graphql")) {
            return new String(query.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
