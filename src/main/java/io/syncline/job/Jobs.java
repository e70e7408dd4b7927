package io.syncline.job;

import io.syncline.integration.ErrorClass;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The rows of jobs and the leases under which they run. An integration runs one job at a time, over all processes of one database: a
 * lease is taken in a transaction and runs out unless it is renewed, so a dead process's job is taken up by another. Safe for use by
 * many threads.
 */
final class Jobs {

    /** How long a lease holds that is not renewed. */
    static final Duration LEASE = Duration.ofSeconds(10);

    /** Rows of jobs kept of an integration; older ones are forgotten. */
    static final int KEPT = 1_000;

    private final Jdbi jdbi;
    private final boolean postgresql;
    private final Clock clock;
    private final JobId ids = new JobId();
    private final String holder = UUID.randomUUID().toString();

    private Jobs(Database database, Clock clock) {
        this.jdbi = database.jdbi();
        this.postgresql = database.dialect() == Database.Dialect.POSTGRESQL;
        this.clock = clock;
    }

    static Jobs open(Database database, Clock clock) {
        Jobs jobs = new Jobs(database, clock);
        if (!jobs.postgresql) {
            // An embedded database has one process at a time, so whoever held a lease is gone.
            jobs.jdbi.useHandle(handle -> handle.execute("DELETE FROM lease"));
        }
        return jobs;
    }

    /**
     * Takes the lease for the job that a dead process left, for the one that waits, or else for a new one.
     *
     * @return empty if another process holds the lease
     */
    Optional<Lease> begin(String integrationId) {
        return jdbi.inTransaction(handle -> {
            long integrationNo = lock(handle, integrationId);
            long now = clock.millis();
            boolean held = exists(handle, "lease WHERE integration_no = :no AND expires_at > " + now, integrationNo);
            if (held) {
                return Optional.empty();
            }
            Waiting job = handle.createQuery("SELECT id, status FROM job WHERE integration_no = :no"
                            + " AND status IN ('queued', 'running', 'stopping')"
                            + " ORDER BY CASE status WHEN 'queued' THEN 1 ELSE 0 END, created_at LIMIT 1")
                    .bind("no", integrationNo)
                    .map((row, context) ->
                            new Waiting(row.getString(1), !row.getString(2).equals("queued")))
                    .findOne()
                    .orElseGet(() -> create(handle, integrationNo, now));
            return Optional.of(take(handle, integrationId, integrationNo, job, now));
        });
    }

    private Waiting create(Handle handle, long integrationNo, long now) {
        boolean baseline = exists(handle, "checkpoint WHERE integration_no = :no", integrationNo);
        String id = ids.next(Instant.ofEpochMilli(now));
        handle.createUpdate("INSERT INTO job (id, integration_no, type, status, created_at)"
                        + " VALUES (:id, :no, :type, 'queued', :now)")
                .bind("id", id)
                .bind("no", integrationNo)
                .bind("type", baseline ? "incremental_sync" : "full_sync")
                .bind("now", now)
                .execute();
        return new Waiting(id, false);
    }

    private static boolean exists(Handle handle, String rows, long integrationNo) {
        return handle.createQuery("SELECT COUNT(*) FROM (SELECT 1 FROM " + rows + " LIMIT 1) AS found")
                        .bind("no", integrationNo)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private Lease take(Handle handle, String integrationId, long integrationNo, Waiting job, long now) {
        long fence = handle.createQuery("UPDATE integration SET fence = fence + 1 WHERE no = :no RETURNING fence")
                .bind("no", integrationNo)
                .mapTo(Long.class)
                .one();
        handle.createUpdate("INSERT INTO lease (integration_no, holder, job_id, expires_at)"
                        + " VALUES (:no, :holder, :job, :expires) ON CONFLICT (integration_no) DO UPDATE"
                        + " SET holder = excluded.holder, job_id = excluded.job_id, expires_at = excluded.expires_at")
                .bind("no", integrationNo)
                .bind("holder", holder)
                .bind("job", job.id)
                .bind("expires", now + LEASE.toMillis())
                .execute();
        handle.createUpdate("UPDATE job SET status = 'running', started_at = COALESCE(started_at, :now) WHERE id = :id")
                .bind("now", now)
                .bind("id", job.id)
                .execute();
        return new Lease(integrationId, integrationNo, job.id, fence, job.orphaned);
    }

    /** Holds a lease for another {@link #LEASE}; false if it has passed to somebody else. */
    boolean renew(Lease lease) {
        return jdbi.withHandle(handle -> handle.createUpdate("UPDATE lease SET expires_at = :expires"
                                + " WHERE integration_no = :no AND holder = :holder AND job_id = :job")
                        .bind("expires", clock.millis() + LEASE.toMillis())
                        .bind("no", lease.integrationNo())
                        .bind("holder", holder)
                        .bind("job", lease.jobId())
                        .execute())
                == 1;
    }

    /** What the job does now, such as {@code syncing_point}. */
    void stage(Lease lease, String stage) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE job SET stage = :stage WHERE id = :id")
                .bind("stage", stage)
                .bind("id", lease.jobId())
                .execute());
    }

    /** Ends the job and gives the lease back; does nothing if it has passed to somebody else. */
    void finish(Lease lease, JobStatus status, Optional<ErrorClass> errorClass, Optional<String> error) {
        jdbi.useTransaction(handle -> {
            lock(handle, lease.integrationId());
            int released = handle.createUpdate(
                            "DELETE FROM lease WHERE integration_no = :no AND holder = :holder AND job_id = :job")
                    .bind("no", lease.integrationNo())
                    .bind("holder", holder)
                    .bind("job", lease.jobId())
                    .execute();
            if (released == 1) {
                handle.createUpdate("UPDATE job SET status = :status, completed_at = :now, stage = NULL,"
                                + " error_class = :class, error = :error WHERE id = :id")
                        .bind("status", status.text())
                        .bind("now", status == JobStatus.QUEUED ? null : clock.millis())
                        .bind("class", errorClass.map(ErrorClass::text))
                        .bind("error", error)
                        .bind("id", lease.jobId())
                        .execute();
            }
        });
    }

    /** Forgets jobs older than the newest {@link #KEPT}, all but the last that went well. */
    void prune(Lease lease) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM job WHERE integration_no = :no"
                        + " AND status IN ('completed', 'failed', 'stopped', 'paused')"
                        + " AND created_at < (SELECT created_at FROM job WHERE integration_no = :no"
                        + " ORDER BY created_at DESC LIMIT 1 OFFSET :kept)"
                        + " AND id <> COALESCE((SELECT id FROM job WHERE integration_no = :no AND status = 'completed'"
                        + " ORDER BY created_at DESC LIMIT 1), '')")
                .bind("no", lease.integrationNo())
                .bind("kept", KEPT - 1)
                .execute());
    }

    /** When a job of the integration last went well. */
    Optional<Instant> lastCompleted(String integrationId) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT MAX(completed_at) FROM job"
                        + " WHERE status = 'completed'"
                        + " AND integration_no = (SELECT no FROM integration WHERE id = :id)")
                .bind("id", integrationId)
                .map((row, context) -> {
                    long at = row.getLong(1);
                    return row.wasNull() ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(at));
                })
                .one());
    }

    /** The integration's row, made if it is not there, and locked for the transaction. */
    private long lock(Handle handle, String integrationId) {
        handle.createUpdate("INSERT INTO integration (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")
                .bind("id", integrationId)
                .execute();
        return handle.createQuery("SELECT no FROM integration WHERE id = :id" + (postgresql ? " FOR UPDATE" : ""))
                .bind("id", integrationId)
                .mapTo(Long.class)
                .one();
    }

    private record Waiting(String id, boolean orphaned) {}
}
