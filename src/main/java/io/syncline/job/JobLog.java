package io.syncline.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What jobs tell of themselves for a person to follow; of each job the newest {@value #KEPT} lines. Stateless. */
final class JobLog {

    /** Lines kept of a job. */
    static final int KEPT = 1_000;

    private JobLog() {}

    static void write(Handle handle, String jobId, List<LogLine> lines) {
        if (lines.isEmpty()) {
            return;
        }
        int last = handle.createQuery("SELECT COALESCE(MAX(no), 0) FROM job_log WHERE job_id = :job")
                .bind("job", jobId)
                .mapTo(Integer.class)
                .one();
        try (PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO job_log (job_id, no, at, level, message) VALUES (:job, :no, :at, :level, :message)")) {
            for (LogLine line : lines) {
                last++;
                batch.bind("job", jobId)
                        .bind("no", last)
                        .bind("at", line.at().toEpochMilli())
                        .bind("level", line.level().stored())
                        .bind("message", line.message().replace('\0', ' '))
                        .add();
            }
            batch.execute();
        }
        if (last > KEPT) {
            handle.createUpdate("DELETE FROM job_log WHERE job_id = :job AND no <= :old")
                    .bind("job", jobId)
                    .bind("old", last - KEPT)
                    .execute();
        }
    }

    /** The newest lines of at least that level, the oldest of them first. */
    static List<LogLine> read(Handle handle, String jobId, Optional<LogLine.Level> least, int limit) {
        return handle.createQuery(
                        "SELECT at, level, message FROM (SELECT no, at, level, message FROM job_log"
                                + " WHERE job_id = :job AND level >= :least ORDER BY no DESC LIMIT :limit) AS newest ORDER BY no")
                .bind("job", jobId)
                .bind("least", least.orElse(LogLine.Level.DEBUG).stored())
                .bind("limit", limit)
                .map((row, context) -> new LogLine(
                        Instant.ofEpochMilli(row.getLong(1)), LogLine.Level.stored(row.getInt(2)), row.getString(3)))
                .list();
    }
}
