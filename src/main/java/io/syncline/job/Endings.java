package io.syncline.job;

import java.time.Clock;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What is written down when a job ends, in the transaction that gives its lease back. Safe for use by many threads. */
final class Endings {

    private final JobRows rows;
    private final Clock clock;

    Endings(JobRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
    }

    /** Ends the job of a lease that is held until now; its integration's row must be locked. */
    void write(Handle handle, Lease lease, Ending ending) {
        Optional<Asked> asked = Leases.asked(handle, lease.jobId());
        JobStatus status = ending.status();
        if (status == JobStatus.QUEUED || status == JobStatus.STOPPED) {
            if (asked.isPresent()) {
                status = asked.get() == Asked.PAUSE ? JobStatus.PAUSED : JobStatus.STOPPED;
            } else if (status == JobStatus.QUEUED
                    && rows.newest(handle, lease.integrationNo(), EnumSet.of(JobStatus.QUEUED))
                            .isPresent()) {
                status = JobStatus.STOPPED;
            }
        }
        Map<String, Object> values = new HashMap<>();
        values.put("at", status == JobStatus.QUEUED ? null : clock.millis());
        values.put(
                "class",
                ending.failure().map(failure -> failure.errorClass().text()).orElse(null));
        values.put(
                "error",
                ending.failure()
                        .map(failure -> failure.message().replace('\0', ' '))
                        .orElse(null));
        values.put(
                "record",
                ending.failure()
                        .flatMap(SyncState.Failure::record)
                        .map(FailingRecord::json)
                        .orElse(null));
        values.put("held", ending.heldBack());
        rows.move(
                handle,
                lease.jobId(),
                status == JobStatus.QUEUED
                        ? EnumSet.of(JobStatus.RUNNING)
                        : EnumSet.of(JobStatus.RUNNING, JobStatus.STOPPING),
                status,
                "requested = NULL, stage = NULL, completed_at = :at, error_class = :class, error = :error,"
                        + " error_record = :record, held_back = :held"
                        + (status == JobStatus.COMPLETED
                                ? ", progress = 100, estimated_total = CASE WHEN estimated_total IS NOT NULL THEN processed END"
                                : ""),
                values);
        JobLog.write(handle, lease.jobId(), ending.lines());
        count(handle, lease, status);
        boolean whole = status == JobStatus.COMPLETED && ending.heldBack() == 0;
        if (lease.job().type().fromTheBeginning() && (whole || ending.anew())) {
            rows.forgetPass(handle, lease.jobId());
        }
        if (status == JobStatus.COMPLETED && lease.job().type() == JobType.FULL) {
            supersede(handle, lease);
        }
    }

    /** What earlier jobs held back is answered by this one, which saw everything later. */
    private void supersede(Handle handle, Lease lease) {
        List<String> earlier = handle.createQuery(
                        "SELECT id FROM job WHERE integration_no = :no AND status = 'completed'"
                                + " AND held_back > 0 AND id <> :id")
                .bind("no", lease.integrationNo())
                .bind("id", lease.jobId())
                .mapTo(String.class)
                .list();
        for (String job : earlier) {
            handle.createUpdate("UPDATE job SET held_back = 0 WHERE id = :id")
                    .bind("id", job)
                    .execute();
            rows.forgetPass(handle, job);
            JobLog.write(
                    handle,
                    job,
                    List.of(new LogLine(
                            clock.instant(),
                            LogLine.Level.INFO,
                            "the deletes that it held back are left to " + lease.jobId())));
        }
    }

    private static void count(Handle handle, Lease lease, JobStatus status) {
        if (status == JobStatus.COMPLETED) {
            if (lease.job().approved()) {
                // It went well before, and only waited for somebody since.
                return;
            }
            handle.createUpdate(
                            "UPDATE integration SET jobs_completed = jobs_completed + 1, jobs_duration = jobs_duration"
                                    + " + (SELECT completed_at - started_at FROM job WHERE id = :job) WHERE no = :no")
                    .bind("job", lease.jobId())
                    .bind("no", lease.integrationNo())
                    .execute();
        } else if (status == JobStatus.FAILED) {
            handle.createUpdate("UPDATE integration SET jobs_failed = jobs_failed + 1 WHERE no = :no")
                    .bind("no", lease.integrationNo())
                    .execute();
        }
    }
}
