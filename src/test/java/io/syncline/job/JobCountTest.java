package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of how many jobs there are is what counting them tells. */
final class JobCountTest {

    private static final int THREADS = 4;
    private static final int STEPS = 60;
    private static final int LEAST_READS = 300;
    private static final List<String> INTEGRATIONS = List.of("a", "b");

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void keepsCountWhileManyMakeMoveAndDelete(Database.Dialect dialect)
            throws InterruptedException, ExecutionException {
        Database database = SharedDatabase.empty(dialect);
        JobRows rows = new JobRows(database);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> working = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                working.add(threads.submit(() -> {
                    for (int step = 0; step < STEPS; step++) {
                        step(rows, random);
                    }
                }));
            }
            for (Future<?> one : working) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }

        long all = 0;
        for (JobStatus status : JobStatus.values()) {
            long counted = counted(rows, " AND status = '" + status.text() + "'");
            assertThat(rows.list(query(Optional.empty(), Optional.of(status))).total())
                    .as(status.text())
                    .isEqualTo(counted);
            all += counted;
        }
        assertThat(all).isPositive();
        assertThat(rows.list(query(Optional.empty(), Optional.empty())).total()).isEqualTo(all);
        assertThat(rows.list(query(Optional.of("a"), Optional.empty())).total())
                .isEqualTo(counted(rows, " AND integration_no = (SELECT no FROM integration WHERE id = 'a')"));
        assertThat(rows.list(query(Optional.of("a"), Optional.of(JobStatus.FAILED)))
                        .total())
                .isEqualTo(counted(
                        rows,
                        " AND status = 'failed' AND integration_no = (SELECT no FROM integration WHERE id = 'a')"));
        assertThat(rows.list(query(Optional.of("nobody"), Optional.empty())).total())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void tellsAsManyAsItListsWhileSomeAreMadeAndDeleted(Database.Dialect dialect)
            throws InterruptedException, ExecutionException {
        JobRows rows = new JobRows(SharedDatabase.empty(dialect));
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> working = threads.submit(() -> {
                while (!enough.get()) {
                    rows.jdbi().useTransaction(handle -> makeOrDelete(rows, handle));
                }
            });
            Set<Long> totals = new HashSet<>();
            for (int reads = 0; reads < LEAST_READS || totals.size() < 2; reads++) {
                Jobs.Listed listed = rows.list(query(Optional.of("a"), Optional.empty()));
                assertThat(listed.jobs()).hasSize((int) listed.total());
                totals.add(listed.total());
            }
            enough.set(true);
            working.get();
        } finally {
            enough.set(true);
            threads.shutdownNow();
        }
    }

    private static void makeOrDelete(JobRows rows, Handle handle) {
        int no = rows.lock(handle, "a");
        Optional<Job> waiting = rows.newest(handle, no, EnumSet.of(JobStatus.QUEUED));
        if (waiting.isPresent()) {
            rows.delete(handle, waiting.get().id(), true);
        } else {
            rows.create(handle, no, JobType.FULL, true, JobOptions.NONE, 1_700_000_000_000L);
        }
    }

    private static void step(JobRows rows, Random random) {
        try {
            change(rows, random);
        } catch (RolledBack undone) {
            // As if it had never been.
        }
    }

    private static void change(JobRows rows, Random random) {
        rows.jdbi().useTransaction(handle -> {
            int no = rows.lock(handle, INTEGRATIONS.get(random.nextInt(INTEGRATIONS.size())));
            Optional<Job> waiting = rows.newest(handle, no, EnumSet.of(JobStatus.QUEUED));
            Optional<Job> running = rows.newest(handle, no, EnumSet.of(JobStatus.RUNNING));
            if (running.isPresent()) {
                move(rows, handle, running.get(), random.nextBoolean() ? JobStatus.COMPLETED : JobStatus.FAILED);
            } else if (waiting.isPresent()) {
                move(rows, handle, waiting.get(), JobStatus.RUNNING);
            } else {
                rows.create(handle, no, JobType.FULL, true, JobOptions.NONE, 1_700_000_000_000L);
            }
            if (random.nextInt(8) == 0) {
                rows.newest(handle, no, EnumSet.of(JobStatus.FAILED))
                        .ifPresent(job -> rows.delete(handle, job.id(), true));
            }
            if (random.nextInt(8) == 0) {
                throw new RolledBack();
            }
        });
    }

    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static void move(JobRows rows, Handle handle, Job job, JobStatus to) {
        rows.move(handle, job.id(), EnumSet.of(job.status()), to, "", Map.of());
    }

    private static JobQuery query(Optional<String> integrationId, Optional<JobStatus> status) {
        return new JobQuery(Optional.empty(), integrationId, status, Optional.empty(), 20);
    }

    private static long counted(JobRows rows, String condition) {
        return rows.jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM job WHERE 1 = 1" + condition)
                .mapTo(Long.class)
                .one());
    }
}
