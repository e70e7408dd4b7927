package io.syncline.job;

import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Who runs an integration's job. An integration runs one job at a time, over all processes of one database: a lease is taken in a transaction and
 * runs out unless it is renewed, so a dead process's job is taken up by another. Safe for use by many threads.
 */
final class Leases {

    /** How long a lease holds that is not renewed: a dead process's job is to go on elsewhere within 10 s of its last renewal. */
    static final Duration LEASE = Duration.ofSeconds(6);

    /** Rows of jobs kept of an integration; older ones are forgotten. */
    static final int KEPT = 1_000;

    private static final Duration LOGS_KEPT = Duration.ofDays(30);
    private static final Set<JobStatus> ACTIVE = EnumSet.of(JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.STOPPING);

    private final JobRows rows;
    private final Clock clock;
    private final Endings endings;
    private final String holder = UUID.randomUUID().toString();

    private Leases(JobRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
        this.endings = new Endings(rows, clock);
    }

    static Leases open(JobRows rows, Database.Dialect dialect, Clock clock) {
        if (dialect == Database.Dialect.SQLITE) {
            // An embedded database has one process at a time, so whoever held a lease is gone.
            rows.jdbi().useHandle(handle -> handle.execute("DELETE FROM lease"));
        }
        return new Leases(rows, clock);
    }

    /**
     * Takes the lease for the job that a dead process left, for the one that waits, or else for one that the schedule wants.
     *
     * @param due whether the schedule wants a job; otherwise none is made
     * @param head the changelog's, now
     * @return empty if another job holds the lease, or if there is nothing to run
     */
    Optional<Lease> begin(String integrationId, boolean due, long head) {
        return rows.jdbi().inTransaction(handle -> {
            int integrationNo = rows.lock(handle, integrationId);
            if (isHeld(handle, integrationNo)) {
                return Optional.empty();
            }
            settle(handle, integrationNo);
            Optional<Next> next = rows.newest(handle, integrationNo, EnumSet.of(JobStatus.RUNNING))
                    .map(unheld -> new Next(unheld, why(unheld)))
                    .or(() -> rows.newest(handle, integrationNo, EnumSet.of(JobStatus.QUEUED))
                            .map(waiting -> new Next(waiting, "goes on")))
                    .or(() -> due ? scheduled(handle, integrationNo) : Optional.empty());
            return next.map(found -> take(handle, integrationNo, found, head));
        });
    }

    private record Next(Job job, String why) {}

    /** Why a job that counts as running is held by nobody. */
    private static String why(Job unheld) {
        boolean asked = unheld.stage()
                .filter(stage -> stage.equals(JobCommands.RESUMING) || stage.equals(JobCommands.DELETING))
                .isPresent();
        return asked ? "goes on" : "taken up after its process ended";
    }

    /** Whether a process holds the lease of a job's integration for it. */
    boolean isHeld(Handle handle, String jobId) {
        return handle.createQuery("SELECT COUNT(*) FROM lease WHERE job_id = :job AND expires_at > :now")
                        .bind("job", jobId)
                        .bind("now", clock.millis())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private boolean isHeld(Handle handle, int integrationNo) {
        return exists(handle, "lease WHERE integration_no = :no AND expires_at > " + clock.millis(), integrationNo);
    }

    private boolean holds(Handle handle, Lease lease) {
        return handle.createQuery(
                                "SELECT COUNT(*) FROM lease WHERE integration_no = :no AND holder = :holder AND job_id = :job")
                        .bind("no", lease.integrationNo())
                        .bind("holder", holder)
                        .bind("job", lease.jobId())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** Ends what was asked to stop when its process died. */
    private void settle(Handle handle, int integrationNo) {
        rows.newest(handle, integrationNo, EnumSet.of(JobStatus.STOPPING)).ifPresent(job -> {
            JobStatus end = asked(handle, job.id()).filter(Asked.PAUSE::equals).isPresent()
                    ? JobStatus.PAUSED
                    : JobStatus.STOPPED;
            rows.move(
                    handle,
                    job.id(),
                    EnumSet.of(JobStatus.STOPPING),
                    end,
                    "requested = NULL, stage = NULL, completed_at = :at",
                    Map.of("at", clock.millis()));
            JobLog.write(handle, job.id(), List.of(line(end.text() + " by request, after its process ended")));
        });
    }

    /** What a job is asked for, and has not done yet. */
    static Optional<Asked> asked(Handle handle, String jobId) {
        return handle.createQuery("SELECT requested FROM job WHERE id = :id")
                .bind("id", jobId)
                .map((row, context) -> Asked.stored(row.getString(1)))
                .findOne()
                .flatMap(asked -> asked);
    }

    private Optional<Next> scheduled(Handle handle, int integrationNo) {
        if (!followsSchedule(handle, integrationNo)) {
            return Optional.empty();
        }
        boolean baseline = hasBaseline(handle, integrationNo);
        return rows.newest(handle, integrationNo, EnumSet.of(JobStatus.PAUSED))
                .or(() -> rows.newest(handle, integrationNo, EnumSet.of(JobStatus.FAILED))
                        .filter(failed -> !baseline && failed.type() == JobType.FULL))
                .map(unfinished -> new Next(unfinished, "tried again by its schedule"))
                .or(() -> {
                    JobType type = baseline ? JobType.INCREMENTAL : JobType.FULL;
                    String id = rows.create(handle, integrationNo, type, false, JobOptions.NONE, clock.millis());
                    return rows.find(handle, id).map(created -> new Next(created, ""));
                });
    }

    /** Whether an integration's schedule may start a job: nobody has stopped it, or paused a job. */
    static boolean followsSchedule(Handle handle, int integrationNo) {
        return !exists(handle, "integration WHERE no = :no AND stopped", integrationNo)
                && !exists(
                        handle,
                        "job WHERE integration_no = :no AND status = 'paused' AND error_class IS NULL",
                        integrationNo);
    }

    /** Whether a sync of everything was once completed, so that streams have checkpoints to go on from. */
    static boolean hasBaseline(Handle handle, int integrationNo) {
        return exists(handle, "checkpoint WHERE integration_no = :no", integrationNo);
    }

    private static boolean exists(Handle handle, String from, int integrationNo) {
        return handle.createQuery("SELECT COUNT(*) FROM (SELECT 1 FROM " + from + " LIMIT 1) AS found")
                        .bind("no", integrationNo)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private Lease take(Handle handle, int integrationNo, Next next, long head) {
        Job job = next.job;
        long now = clock.millis();
        long fence = handle.createQuery("UPDATE integration SET fence = fence + 1 WHERE no = :no RETURNING fence")
                .bind("no", integrationNo)
                .mapTo(Long.class)
                .one();
        handle.createUpdate("INSERT INTO lease (integration_no, holder, job_id, expires_at)"
                        + " VALUES (:no, :holder, :job, :expires) ON CONFLICT (integration_no) DO UPDATE"
                        + " SET holder = excluded.holder, job_id = excluded.job_id, expires_at = excluded.expires_at")
                .bind("no", integrationNo)
                .bind("holder", holder)
                .bind("job", job.id())
                .bind("expires", now + LEASE.toMillis())
                .execute();
        rows.takeBackFailure(handle, job);
        if (job.status() != JobStatus.RUNNING) {
            rows.move(
                    handle,
                    job.id(),
                    EnumSet.of(job.status()),
                    JobStatus.RUNNING,
                    "requested = NULL, completed_at = NULL, error_class = NULL, error = NULL, error_record = NULL",
                    Map.of());
        }
        long beganAtSeq = handle.createQuery("UPDATE job SET started_at = COALESCE(started_at, :now),"
                        + " began_at_seq = COALESCE(began_at_seq, :head) WHERE id = :id RETURNING began_at_seq")
                .bind("now", now)
                .bind("head", head)
                .bind("id", job.id())
                .mapTo(Long.class)
                .one();
        Optional<String> resumed = job.startedAt().map(before -> next.why);
        String line = resumed.map(why ->
                        why + ", from its checkpoint, with " + job.counts().processed() + " records processed before")
                .orElse(job.type().text() + " begins");
        JobLog.write(handle, job.id(), List.of(line(line)));
        return new Lease(job.integrationId(), integrationNo, job, fence, beganAtSeq, resumed);
    }

    private LogLine line(String message) {
        return new LogLine(clock.instant(), LogLine.Level.INFO, message);
    }

    /**
     * Holds a lease for another {@link #LEASE}.
     *
     * @return what the job was asked for meanwhile, as far as something was
     * @throws LeaseLostException if it has passed to somebody else
     */
    Optional<Asked> renew(Lease lease) {
        return rows.jdbi().inTransaction(handle -> {
            int renewed = handle.createUpdate("UPDATE lease SET expires_at = :expires"
                            + " WHERE integration_no = :no AND holder = :holder AND job_id = :job")
                    .bind("expires", clock.millis() + LEASE.toMillis())
                    .bind("no", lease.integrationNo())
                    .bind("holder", holder)
                    .bind("job", lease.jobId())
                    .execute();
            if (renewed == 0) {
                throw new LeaseLostException();
            }
            return asked(handle, lease.jobId());
        });
    }

    /** Writes down how far a run is, unless its lease has passed to somebody else, who tells of the job from then on. */
    void report(Run run) {
        Progress progress = run.progress();
        OptionalLong total = progress.total();
        OptionalDouble throughput = progress.throughput();
        rows.jdbi().useTransaction(handle -> {
            // Others add lines to the job's log too, and each waits for the one before it.
            rows.lock(handle, run.lease().integrationId());
            if (!holds(handle, run.lease())) {
                return;
            }
            handle.createUpdate("UPDATE job SET stage = :stage, progress = :progress, estimated_total = :total,"
                            + " throughput = COALESCE(:throughput, throughput) WHERE id = :id")
                    .bind("stage", progress.stage())
                    .bind("progress", progress.percent())
                    .bind("total", total.isPresent() ? (Long) total.getAsLong() : null)
                    .bind("throughput", throughput.isPresent() ? (Double) throughput.getAsDouble() : null)
                    .bind("id", run.lease().jobId())
                    .execute();
            JobLog.write(handle, run.lease().jobId(), run.takeLines());
        });
    }

    /** Writes down what a run has to tell a person meanwhile. */
    void log(Run run) {
        List<LogLine> lines = run.takeLines();
        if (!lines.isEmpty()) {
            rows.jdbi().useTransaction(handle -> {
                rows.lock(handle, run.lease().integrationId());
                JobLog.write(handle, run.lease().jobId(), lines);
            });
        }
    }

    /**
     * Ends the job and gives the lease back. A job that was asked to pause or stop ends so unless it had come to its end by itself, and one that is to
     * go on later waits for its turn.
     *
     * @return false if the lease has passed to somebody else, and nothing was done
     */
    boolean finish(Lease lease, Ending ending) {
        return rows.jdbi().inTransaction(handle -> {
            rows.lock(handle, lease.integrationId());
            int released = handle.createUpdate(
                            "DELETE FROM lease WHERE integration_no = :no AND holder = :holder AND job_id = :job")
                    .bind("no", lease.integrationNo())
                    .bind("holder", holder)
                    .bind("job", lease.jobId())
                    .execute();
            if (released == 1) {
                endings.write(handle, lease, ending);
            }
            return released == 1;
        });
    }

    /** The integrations with a job that waits, or that a dead process left, and that no process holds. */
    Set<String> waiting() {
        return rows.reader()
                .withHandle(handle -> Set.copyOf(handle.createQuery(
                                "SELECT DISTINCT i.id FROM job j JOIN integration i ON i.no = j.integration_no"
                                        + " LEFT JOIN lease l ON l.integration_no = j.integration_no AND l.expires_at > :now"
                                        + " WHERE j.status IN " + JobStatus.sql(ACTIVE)
                                        + " AND l.integration_no IS NULL")
                        .bind("now", clock.millis())
                        .mapTo(String.class)
                        .list()));
    }

    /** Forgets jobs older than the newest {@link #KEPT}, all but the last that went well and those that wait for somebody. */
    void prune(Lease lease) {
        rows.jdbi().useTransaction(handle -> {
            rows.lock(handle, lease.integrationId());
            List<String> old = handle.createQuery("SELECT id FROM job WHERE integration_no = :no"
                            + " AND status IN ('completed', 'failed', 'stopped') AND held_back = 0"
                            + " AND id < (SELECT id FROM job WHERE integration_no = :no ORDER BY id DESC LIMIT 1 OFFSET :kept)"
                            + " AND id <> COALESCE((SELECT id FROM job WHERE integration_no = :no AND status = 'completed'"
                            + " ORDER BY id DESC LIMIT 1), '')")
                    .bind("no", lease.integrationNo())
                    .bind("kept", KEPT - 1)
                    .mapTo(String.class)
                    .list();
            old.forEach(job -> rows.delete(handle, job, true));
            handle.createUpdate(
                            "DELETE FROM job_log WHERE job_id < :oldest AND NOT EXISTS (SELECT 1 FROM job WHERE id = job_id)")
                    .bind("oldest", JobId.earliest(clock.instant().minus(LOGS_KEPT)))
                    .execute();
        });
    }
}
