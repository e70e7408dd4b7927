package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.operations.TestClock;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which job a turn takes up, on both databases. */
@ParameterizedClass
@EnumSource(Database.Dialect.class)
final class LeasesTest {

    @Parameter
    Database.Dialect dialect;

    private final TestClock clock = new TestClock();
    private Database database;
    private JobRows rows;
    private Leases leases;
    private Leases elsewhere;

    @BeforeEach
    void open() {
        database = SharedDatabase.empty(dialect);
        rows = new JobRows(database);
        leases = Leases.open(rows, dialect, clock);
        elsewhere = Leases.open(rows, dialect, clock);
    }

    @Test
    void makesAJobForATurnByTheSchedule() {
        assertThat(leases.begin("acme", true, 0)).isPresent();
    }

    @Test
    void makesNoJobForATurnThatWasAskedForAJobThatHasEnded() {
        assertThat(leases.begin("acme", false, 0)).isEmpty();
        assertThat(leases.waiting()).isEmpty();
    }

    @Test
    void takesUpWhatWaitsInATurnThatIsNotByTheSchedule() {
        String waiting = rows.jdbi()
                .inTransaction(handle -> rows.create(
                        handle, rows.lock(handle, "acme"), JobType.FULL, true, JobOptions.NONE, 1_700_000_000_000L));

        assertThat(leases.begin("acme", false, 0))
                .hasValueSatisfying(lease -> assertThat(lease.jobId()).isEqualTo(waiting));
    }

    @Test
    void lendsAnIntegrationToOneJobAtATime() {
        assertThat(leases.begin("acme", true, 0)).isPresent();

        assertThat(leases.begin("acme", true, 0)).isEmpty();
        assertThat(leases.begin("other", true, 0)).isPresent();
    }

    @Test
    void passesOnToAnotherProcessOnlyWhatIsNotRenewed() {
        Lease lost = leases.begin("acme", true, 0).orElseThrow();
        clock.pass(Leases.LEASE.minusSeconds(1));
        leases.renew(lost);
        clock.pass(Leases.LEASE.minusSeconds(1));
        assertThat(elsewhere.waiting()).isEmpty();
        assertThat(elsewhere.begin("acme", true, 0)).isEmpty();

        clock.pass(Duration.ofSeconds(1));

        assertThat(elsewhere.waiting()).containsExactly("acme");
        Lease taken = elsewhere.begin("acme", false, 0).orElseThrow();
        assertThat(taken.jobId()).isEqualTo(lost.jobId());
        assertThat(taken.fence()).isGreaterThan(lost.fence());
        assertThatThrownBy(() -> leases.renew(lost)).isInstanceOf(LeaseLostException.class);
        assertThat(leases.finish(lost, Ending.completed(0))).isFalse();
        assertThat(status(taken.jobId())).isEqualTo(JobStatus.RUNNING);
        assertThat(elsewhere.finish(taken, Ending.completed(0))).isTrue();
        assertThat(status(taken.jobId())).isEqualTo(JobStatus.COMPLETED);
    }

    /** What a full sync has seen is all that keeps the rest from being deleted. */
    @Test
    void letsNobodyForgetOrTellAnythingOfAJobThatHasPassedOn() {
        Lease lost = leases.begin("acme", true, 0).orElseThrow();
        rows.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO job_seen (job_id, entities) VALUES (?, ?)", lost.jobId(), new byte[] {1}));
        clock.pass(Leases.LEASE.plusSeconds(1));
        Lease taken = elsewhere.begin("acme", false, 0).orElseThrow();

        leases.report(run(lost, "syncing_late"));
        boolean ended = leases.finish(lost, Ending.completed(0));

        assertThat(ended).isFalse();
        assertThat(seen(lost.jobId())).isEqualTo(1);
        assertThat(job(lost.jobId()).stage()).isEmpty();
        elsewhere.report(run(taken, "syncing_project"));
        assertThat(job(lost.jobId()).stage()).contains("syncing_project");
        elsewhere.finish(taken, Ending.completed(0));
        assertThat(seen(lost.jobId())).isZero();
    }

    private Run run(Lease lease, String stage) {
        Progress progress = new Progress(Set.of("project"), Map.of(), 0, OptionalLong.empty(), clock.instant());
        assertThat(progress.isDue(stage, clock.instant())).isTrue();
        return new Run(lease, "letsbuild", List.of("project"), stream -> Optional.empty(), progress, clock);
    }

    private long seen(String jobId) {
        return rows.jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM job_seen WHERE job_id = :job")
                .bind("job", jobId)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void forgetsOldJobsButNotTheLastThatWentWell() {
        Lease first = leases.begin("acme", true, 0).orElseThrow();
        leases.finish(first, Ending.of(JobStatus.COMPLETED));
        rows.jdbi().useTransaction(handle -> {
            int no = rows.lock(handle, "acme");
            for (int failed = 0; failed < Leases.KEPT + 5; failed++) {
                clock.pass(Duration.ofSeconds(1));
                String id = rows.create(handle, no, JobType.FULL, true, JobOptions.NONE, clock.millis());
                handle.execute("UPDATE job SET status = 'failed' WHERE id = ?", id);
            }
        });

        leases.prune(first);

        int kept = rows.jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM job")
                .mapTo(Integer.class)
                .one());
        assertThat(kept).isEqualTo(Leases.KEPT + 1);
        assertThat(status(first.jobId())).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void forgetsNoJobThatWaitsForSomebody() {
        Lease held = leases.begin("acme", true, 0).orElseThrow();
        leases.finish(held, Ending.completed(200));
        rows.jdbi().useTransaction(handle -> {
            int no = rows.lock(handle, "acme");
            for (int completed = 0; completed < Leases.KEPT + 5; completed++) {
                clock.pass(Duration.ofSeconds(1));
                String id = rows.create(handle, no, JobType.INCREMENTAL, false, JobOptions.NONE, clock.millis());
                handle.execute("UPDATE job SET status = 'completed' WHERE id = ?", id);
            }
        });

        leases.prune(held);

        assertThat(status(held.jobId())).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void countsAJobOnceHoweverOftenItIsTried() {
        leases.finish(leases.begin("acme", true, 0).orElseThrow(), Ending.of(JobStatus.FAILED));
        leases.finish(leases.begin("acme", true, 0).orElseThrow(), Ending.of(JobStatus.FAILED));
        assertThat(rows.history("acme").failed()).isEqualTo(1);

        leases.finish(leases.begin("acme", true, 0).orElseThrow(), Ending.of(JobStatus.COMPLETED));

        assertThat(rows.history("acme").jobs()).isEqualTo(1);
        assertThat(rows.history("acme").completed()).isEqualTo(1);
        assertThat(rows.history("acme").failed()).isZero();
        assertThat(rows.history("acme").successRate()).contains(100.0);
    }

    @Test
    void stopsForGoodWhatWasStoppingWhenItsProcessDied() {
        try (Turns turns = new Turns(1, run -> {});
                Running running = new Running(leases, () -> {}, turns, Duration.ofHours(1), thread -> {})) {
            JobCommands commands =
                    new JobCommands(rows, leases, running, new Pauses(database, List.of(), clock), clock);
            Lease lost = leases.begin("acme", true, 0).orElseThrow();
            assertThat(commands.stop(lost.jobId(), true).status()).isEqualTo(JobStatus.STOPPING);
            clock.pass(Leases.LEASE.plusSeconds(1));

            assertThat(commands.stop(lost.jobId(), true).status()).isEqualTo(JobStatus.STOPPED);
            commands.delete(lost.jobId(), true);
        }
    }

    private JobStatus status(String jobId) {
        return job(jobId).status();
    }

    private Job job(String jobId) {
        return rows.jdbi().withHandle(handle -> rows.find(handle, jobId).orElseThrow());
    }
}
