package io.syncline.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.sandbox.letsbuild.LetsBuildUpstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The imitated LetsBuild while it changes. */
class SiteLifeTest {
    private static final List<String> TYPES = List.of("Project", "Form", "Point", "ContactDetails");

    @Test
    void livesTheSameLifeUnderTheSameSeed() {
        LetsBuildUpstream one = upstream(7);
        LetsBuildUpstream same = upstream(7);
        LetsBuildUpstream other = upstream(8);
        assertThat(snapshot(one)).isEqualTo(snapshot(other));

        for (int event = 0; event < 1_000; event++) {
            one.live();
            same.live();
            other.live();
        }

        assertThat(snapshot(one)).isEqualTo(snapshot(same)).isNotEqualTo(snapshot(other));
    }

    @Test
    void staysAboutAsLargeAsItBegan() {
        LetsBuildUpstream upstream = upstream(3);
        int begun = size(upstream);
        int projects = upstream.count("Project");

        for (int event = 0; event < 20_000; event++) {
            upstream.live();
        }

        assertThat(size(upstream)).isBetween((int) (begun * 0.95), (int) (begun * 1.05));
        assertThat(upstream.count("Project")).isBetween((int) (projects * 0.85), (int) (projects * 1.15));
    }

    @Test
    void createsUpdatesDeletesMovesArchivesAndRepairs() throws Exception {
        try (Sandbox sandbox =
                Sandbox.start(SandboxOptions.defaults().withPort(0).withChangesPerSecond(0))) {
            SandboxClient client = new SandboxClient(sandbox);
            LetsBuildReader reader = new LetsBuildReader(client, "Point").drain();
            Map<String, JsonNode> before = new HashMap<>(reader.known());
            int seen = reader.changes().size();
            client.put("/sandbox/pace", "{\"changesPerSecond\":5000}");
            while (reader.changes().size() < seen + 1_000) {
                reader.readPage();
            }
            client.put("/sandbox/pace", "{\"source\":\"letsbuild\",\"changesPerSecond\":0}");
            reader.drain();

            Map<String, Integer> operations = new HashMap<>();
            Map<String, Integer> changed = new HashMap<>();
            for (JsonNode change :
                    reader.changes().subList(seen, reader.changes().size())) {
                operations.merge(change.path("operationType").textValue(), 1, Integer::sum);
                JsonNode former = before.get(change.path("entityId").textValue());
                for (Map.Entry<String, JsonNode> field : change.path("data").properties()) {
                    if (former != null && !field.getValue().equals(former.path(field.getKey()))) {
                        changed.merge(field.getKey(), 1, Integer::sum);
                    }
                }
            }
            assertThat(operations).containsOnlyKeys("Created", "Updated", "Deleted");
            assertThat(changed).containsKeys("projectId", "listId", "isArchived", "status", "dueDate", "isUrgent");
            assertThat(reader.known()).isEqualTo(truth(client, "Point"));
        }
    }

    @Test
    void losesNoChangeForReadersThatPollWhileItChanges() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults()
                .withPort(0)
                .withChangesPerSecond(1_000)
                .withPageSize(20))) {
            SandboxClient client = new SandboxClient(sandbox);
            AtomicBoolean still = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(TYPES.size());
            List<Future<LetsBuildReader>> readers = new ArrayList<>();
            for (String entityType : TYPES) {
                Callable<LetsBuildReader> poll = () -> {
                    LetsBuildReader reader = new LetsBuildReader(client, entityType);
                    while (!still.get()) {
                        reader.drain();
                        LockSupport.parkNanos(20_000_000);
                    }
                    return reader.drain();
                };
                readers.add(threads.submit(poll));
            }
            long start =
                    client.get("/sandbox").at("/sources/letsbuild/sequence").longValue();
            while (client.get("/sandbox").at("/sources/letsbuild/sequence").longValue() < start + 1_500) {
                LockSupport.parkNanos(50_000_000);
            }
            client.put("/sandbox/pace", "{\"changesPerSecond\":0}");
            still.set(true);

            for (int type = 0; type < TYPES.size(); type++) {
                assertThat(readers.get(type).get(60, TimeUnit.SECONDS).known())
                        .isEqualTo(truth(client, TYPES.get(type)));
            }
            threads.shutdown();
        }
    }

    private static LetsBuildUpstream upstream(long seed) {
        return new LetsBuildUpstream("token", 100, seed, "generation");
    }

    private static int size(LetsBuildUpstream upstream) {
        return TYPES.stream().mapToInt(upstream::count).sum();
    }

    private static Map<String, Map<String, Object>> snapshot(LetsBuildUpstream upstream) {
        Map<String, Map<String, Object>> snapshot = new HashMap<>();
        for (String type : TYPES) {
            upstream.living(type).forEach((id, fields) -> snapshot.put(type + "/" + id, fields));
        }
        return snapshot;
    }

    private static Map<String, JsonNode> truth(SandboxClient client, String entityType) throws Exception {
        Map<String, JsonNode> truth = new HashMap<>();
        client.state("letsbuild", entityType)
                .properties()
                .forEach(entity -> truth.put(entity.getKey(), entity.getValue()));
        return truth;
    }
}
