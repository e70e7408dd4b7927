package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of the records that are set aside. */
final class QuarantineTest {

    private static final int LEAST_READS = 300;
    private static final Quarantine.Selection ALL =
            new Quarantine.Selection(Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), 20);

    @ParameterizedTest
    @EnumSource
    void tellsAsManyAsItListsWhileSomeComeAndGo(Database.Dialect dialect)
            throws InterruptedException, ExecutionException {
        Database database = SharedDatabase.empty(dialect);
        database.jdbi().useHandle(handle -> handle.execute("INSERT INTO integration (id) VALUES ('acme')"));
        Quarantine quarantine = new Quarantine(database);
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> working = threads.submit(() -> {
                while (!enough.get()) {
                    database.jdbi().useTransaction(QuarantineTest::comeOrGo);
                }
            });
            Set<Long> totals = new HashSet<>();
            for (int reads = 0; reads < LEAST_READS || totals.size() < 2; reads++) {
                Quarantine.Listed listed = quarantine.list(ALL);
                assertThat(listed.records()).hasSize((int) listed.total());
                totals.add(listed.total());
            }
            enough.set(true);
            working.get();
        } finally {
            enough.set(true);
            threads.shutdownNow();
        }
    }

    private static void comeOrGo(Handle handle) {
        List<Long> there = handle.createQuery("SELECT id FROM quarantine")
                .mapTo(Long.class)
                .list();
        if (there.isEmpty()) {
            handle.execute(
                    "INSERT INTO quarantine (integration_no, stream, entity_type, entity_id, record, reason, raw, at)"
                            + " SELECT no, 's', 'T', '1', ?, 'r', 'raw', 0 FROM integration",
                    (Object) new byte[] {1});
        } else {
            handle.execute("DELETE FROM quarantine");
        }
    }
}
