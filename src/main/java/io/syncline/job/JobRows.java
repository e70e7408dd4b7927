package io.syncline.job;

import io.syncline.integration.ErrorClass;
import io.syncline.storage.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/** The rows of jobs. Each is moved from one status to another by a conditional statement, and only where that is legal. Safe for use by many threads. */
final class JobRows {

    private static final String SELECT =
            "SELECT j.id, i.id, type, status, origin, options, stage, progress, estimated_total,"
                    + " throughput, created_at, started_at, completed_at, processed, created, updated, deleted, quarantined,"
                    + " error_class, error, held_back, approved_at, error_record FROM job j JOIN integration i ON i.no = j.integration_no";

    private final Database database;
    private final Jdbi jdbi;
    private final Jdbi reader;
    private final boolean postgresql;
    private final JobId ids = new JobId();

    JobRows(Database database) {
        this.database = database;
        this.jdbi = database.jdbi();
        this.reader = database.readerJdbi();
        this.postgresql = database.dialect() == Database.Dialect.POSTGRESQL;
    }

    Jdbi jdbi() {
        return jdbi;
    }

    Jdbi reader() {
        return reader;
    }

    /** The integration's row, made if it is not there, and locked for the transaction. */
    int lock(Handle handle, String integrationId) {
        handle.createUpdate("INSERT INTO integration (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")
                .bind("id", integrationId)
                .execute();
        return handle.createQuery("SELECT no FROM integration WHERE id = :id" + (postgresql ? " FOR UPDATE" : ""))
                .bind("id", integrationId)
                .mapTo(Integer.class)
                .one();
    }

    /** Makes a job that waits; the integration must be locked and have none that waits. */
    String create(Handle handle, int integrationNo, JobType type, boolean byRequest, JobOptions options, long now) {
        String id = ids.next(Instant.ofEpochMilli(now));
        handle.createUpdate("INSERT INTO job (id, integration_no, type, status, origin, options, created_at)"
                        + " VALUES (:id, :no, :type, 'queued', :origin, :options, :now)")
                .bind("id", id)
                .bind("no", integrationNo)
                .bind("type", type.text())
                .bind("origin", byRequest ? "request" : "schedule")
                .bind("options", options.json())
                .bind("now", now)
                .execute();
        handle.createUpdate("UPDATE integration SET jobs_made = jobs_made + 1 WHERE no = :no")
                .bind("no", integrationNo)
                .execute();
        return id;
    }

    /**
     * Moves a job on.
     *
     * @param also what else is set, as SQL, such as {@code completed_at = :at}
     * @param values of the parameters in it
     * @return whether it was of one of the statuses
     */
    boolean move(
            Handle handle, String jobId, Set<JobStatus> from, JobStatus to, String also, Map<String, Object> values) {
        from.stream().filter(status -> !status.mayBecome(to)).findAny().ifPresent(illegal -> {
            throw new IllegalArgumentException("no job goes from " + illegal + " to " + to);
        });
        Update update = handle.createUpdate("UPDATE job SET status = :status" + (also.isEmpty() ? "" : ", " + also)
                        + " WHERE id = :id AND status IN " + JobStatus.sql(from))
                .bind("status", to.text())
                .bind("id", jobId);
        values.forEach(update::bind);
        return update.execute() == 1;
    }

    /** A job that failed and is tried again has not failed after all. */
    void takeBackFailure(Handle handle, Job job) {
        if (job.status() == JobStatus.FAILED) {
            handle.createUpdate(
                            "UPDATE integration SET jobs_failed = jobs_failed - 1 WHERE id = :id AND jobs_failed > 0")
                    .bind("id", job.integrationId())
                    .execute();
        }
    }

    /** Takes a job away, with all that was written down for it. */
    void delete(Handle handle, String jobId, boolean withLog) {
        forgetPass(handle, jobId);
        if (withLog) {
            delete(handle, "job_log WHERE job_id", jobId);
        }
        delete(handle, "job WHERE id", jobId);
    }

    /** Takes away what a job that pulled from the beginning wrote down. */
    void forgetPass(Handle handle, String jobId) {
        delete(handle, "job_stream WHERE job_id", jobId);
        delete(handle, "job_seen WHERE job_id", jobId);
    }

    private static void delete(Handle handle, String rows, String jobId) {
        handle.createUpdate("DELETE FROM " + rows + " = :job")
                .bind("job", jobId)
                .execute();
    }

    Optional<Job> find(Handle handle, String jobId) {
        return handle.createQuery(SELECT + " WHERE j.id = :id")
                .bind("id", jobId)
                .map(JobRows::job)
                .findOne();
    }

    /** Of what is not visible no row is read, as of what is not there. */
    Optional<Job> find(String jobId, Predicate<String> visible) {
        return reader.withHandle(handle -> handle.createQuery(
                        SELECT + " WHERE j.id = :id AND j.integration_no IN " + list(visible(handle, visible)))
                .bind("id", jobId)
                .map(JobRows::job)
                .findOne());
    }

    /** The integration's newest job of those statuses. */
    Optional<Job> newest(Handle handle, int integrationNo, Set<JobStatus> statuses) {
        return handle.createQuery(SELECT + " WHERE j.integration_no = :no AND status IN " + JobStatus.sql(statuses)
                        + " ORDER BY j.id DESC LIMIT 1")
                .bind("no", integrationNo)
                .map(JobRows::job)
                .findOne();
    }

    Optional<Integer> number(Handle handle, String integrationId) {
        return handle.createQuery("SELECT no FROM integration WHERE id = :id")
                .bind("id", integrationId)
                .mapTo(Integer.class)
                .findOne();
    }

    Optional<Job> lastCompleted(Handle handle, int integrationNo, JobType type) {
        return handle.createQuery(SELECT + " WHERE j.integration_no = :no AND status = 'completed' AND type = :type"
                        + " ORDER BY j.id DESC LIMIT 1")
                .bind("no", integrationNo)
                .bind("type", type.text())
                .map(JobRows::job)
                .findOne();
    }

    /** When the newest job that went well ended, of each integration that has one. */
    Map<String, Instant> lastCompleted() {
        return reader.withHandle(handle -> handle
                .createQuery(
                        "SELECT i.id, j.completed_at FROM integration i JOIN job j ON j.id ="
                                + " (SELECT id FROM job WHERE status = 'completed' AND integration_no = i.no ORDER BY id DESC LIMIT 1)")
                .map((row, context) -> Map.entry(row.getString(1), Instant.ofEpochMilli(row.getLong(2))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    Jobs.History history(String integrationId) {
        return reader.withHandle(handle -> handle.createQuery(
                        "SELECT stopped, jobs_made, jobs_completed, jobs_failed, jobs_duration FROM integration WHERE id = :id")
                .bind("id", integrationId)
                .map((row, context) -> new Jobs.History(
                        row.getBoolean(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(3) == 0
                                ? Optional.empty()
                                : Optional.of(Duration.ofMillis(row.getLong(5) / row.getLong(3)))))
                .findOne()
                .orElse(new Jobs.History(false, 0, 0, 0, Optional.empty())));
    }

    /** All that wait or run. */
    List<Job> active() {
        return reader.withHandle(handle -> handle.createQuery(SELECT + " WHERE j.status IN "
                        + JobStatus.sql(EnumSet.of(JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.STOPPING))
                        + " ORDER BY j.id")
                .map(JobRows::job)
                .list());
    }

    /**
     * The jobs that a query selects, the newest first, and how many it selects on all its pages, from what the database's triggers keep count of: both
     * of one moment.
     */
    Jobs.Listed list(JobQuery query) {
        return database.atOneMoment(handle -> {
            Optional<List<Integer>> visible = visible(handle, query);
            return visible.isPresent() && visible.get().isEmpty()
                    ? new Jobs.Listed(List.of(), 0)
                    : new Jobs.Listed(page(handle, query, visible), count(handle, query, visible));
        });
    }

    /** The ids of all integrations that a job was ever made for, or a change appended. */
    Set<String> integrations() {
        return reader.withHandle(handle -> Set.copyOf(handle.createQuery("SELECT id FROM integration")
                .mapTo(String.class)
                .list()));
    }

    private static List<Job> page(Handle handle, JobQuery query, Optional<List<Integer>> visible) {
        String before = query.before().isPresent() ? " AND j.id < :before" : "";
        Query rows = handle.createQuery(
                        SELECT + " WHERE " + selected(query, visible) + before + " ORDER BY j.id DESC LIMIT :limit")
                .bind("limit", query.limit());
        query.status().ifPresent(status -> rows.bind("status", status.text()));
        query.before().ifPresent(id -> rows.bind("before", id));
        return rows.map(JobRows::job).list();
    }

    private static long count(Handle handle, JobQuery query, Optional<List<Integer>> visible) {
        Query rows = handle.createQuery(
                "SELECT CAST(COALESCE(SUM(jobs), 0) AS BIGINT) FROM job_count j WHERE " + selected(query, visible));
        query.status().ifPresent(status -> rows.bind("status", status.text()));
        return rows.mapTo(Long.class).one();
    }

    private static String selected(JobQuery query, Optional<List<Integer>> visible) {
        List<String> conditions = new ArrayList<>();
        visible.ifPresent(numbers -> conditions.add("j.integration_no IN " + list(numbers)));
        query.status().ifPresent(status -> conditions.add("j.status = :status"));
        return conditions.isEmpty() ? "1 = 1" : String.join(" AND ", conditions);
    }

    /** Zero is no integration's number, and an empty list no SQL. */
    private static String list(List<Integer> numbers) {
        return numbers.stream().map(number -> ", " + number).collect(Collectors.joining("", "(0", ")"));
    }

    /** The numbers of the integrations whose jobs are wanted; empty for those of all. */
    private static Optional<List<Integer>> visible(Handle handle, JobQuery query) {
        if (query.visible().isEmpty() && query.integrationId().isEmpty()) {
            return Optional.empty();
        }
        Predicate<String> seen = query.visible().orElse(id -> true);
        Predicate<String> wanted = id -> query.integrationId().map(id::equals).orElse(true) && seen.test(id);
        return Optional.of(visible(handle, wanted));
    }

    private static List<Integer> visible(Handle handle, Predicate<String> wanted) {
        return handle
                .createQuery("SELECT no, id FROM integration")
                .map((row, context) -> Map.entry(row.getInt(1), row.getString(2)))
                .stream()
                .filter(integration -> wanted.test(integration.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Job job(ResultSet row, StatementContext context) throws SQLException {
        Optional<SyncState.Failure> failure = row.getString(19) == null
                ? Optional.empty()
                : Optional.of(new SyncState.Failure(
                        ErrorClass.valueOf(row.getString(19).toUpperCase(Locale.ROOT)),
                        Optional.ofNullable(row.getString(20)).orElse(""),
                        Optional.ofNullable(row.getString(23)).map(FailingRecord::of)));
        OptionalLong total = number(row, 9);
        double throughput = row.getDouble(10);
        OptionalDouble rate = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(throughput);
        return new Job(
                row.getString(1),
                row.getString(2),
                JobType.of(row.getString(3)).orElseThrow(),
                JobStatus.of(row.getString(4)).orElseThrow(),
                row.getString(5).equals("request"),
                JobOptions.of(row.getString(6)),
                Optional.ofNullable(row.getString(7)),
                progress(row.getString(4), row.getInt(8), total, row.getLong(14)),
                total,
                rate,
                Instant.ofEpochMilli(row.getLong(11)),
                instant(row, 12),
                instant(row, 13),
                new Job.Counts(row.getLong(14), row.getLong(15), row.getLong(16), row.getLong(17), row.getLong(18)),
                failure,
                row.getLong(21),
                instant(row, 22).isPresent());
    }

    /** It is written down every few seconds, the records with each page. */
    private static int progress(String status, int written, OptionalLong total, long processed) {
        return status.equals(JobStatus.RUNNING.text()) && total.orElse(0) > 0
                ? (int) Math.max(written, Math.min(99, 100 * processed / total.getAsLong()))
                : written;
    }

    private static OptionalLong number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        OptionalLong at = number(row, column);
        return at.isPresent() ? Optional.of(Instant.ofEpochMilli(at.getAsLong())) : Optional.empty();
    }
}
