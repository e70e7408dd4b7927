package io.syncline.management;

import io.syncline.integration.ErrorClass;
import io.syncline.job.FailingRecord;
import io.syncline.job.Job;
import io.syncline.job.JobStatus;
import io.syncline.job.LogLine;
import io.syncline.job.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs as JSON documents. */
final class JobDocuments {

    private JobDocuments() {}

    /** As the list has it. */
    static Map<String, Object> listed(Job job, Instant now) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", job.id());
        document.put("integrationId", job.integrationId());
        document.put("type", job.type().text());
        document.put("status", job.status().text());
        document.put("progress", job.progress());
        document.put("createdAt", job.createdAt().toString());
        document.put("startedAt", text(job.startedAt()));
        document.put("completedAt", text(job.completedAt()));
        document.put("duration", job.duration(now).map(Duration::toMillis).orElse(null));
        document.put("result", result(job));
        return document;
    }

    /** All that can be told of it. */
    static Map<String, Object> whole(
            Job job, List<SyncState.Failure> errors, List<LogLine> log, boolean withRecords, Instant now) {
        Map<String, Object> document = listed(job, now);
        document.put("stage", job.stage().orElse(null));
        document.put("estimatedCompletion", text(job.estimatedCompletion(now)));
        document.put("trigger", job.byRequest() ? "request" : "schedule");
        document.put("options", job.options().named());
        document.put("stats", stats(job, now));
        document.put(
                "error",
                job.failure().map(failure -> error(failure, withRecords)).orElse(null));
        document.put(
                "errors",
                errors.stream().map(failure -> error(failure, withRecords)).toList());
        document.put("logs", log.stream().map(JobDocuments::line).toList());
        return document;
    }

    private static Map<String, Object> result(Job job) {
        Job.Counts counts = job.counts();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("processed", counts.processed());
        result.put("created", counts.created());
        result.put("updated", counts.updated());
        result.put("deleted", counts.deleted());
        result.put("errors", counts.quarantined() + (job.failure().isPresent() ? 1 : 0));
        result.put("quarantined", counts.quarantined());
        result.put("heldBack", job.heldBack());
        return result;
    }

    private static Map<String, Object> stats(Job job, Instant now) {
        Job.Counts counts = job.counts();
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put(
                "estimatedTotal",
                job.estimatedTotal().isPresent() ? job.estimatedTotal().getAsLong() : null);
        stats.put(
                "unchanged",
                Math.max(
                        0,
                        counts.processed()
                                - counts.created()
                                - counts.updated()
                                - counts.deleted()
                                - counts.quarantined()));
        stats.put("recordsPerSecond", throughput(job, now));
        return stats;
    }

    /** Over the last minutes while it runs, over all of it afterwards. */
    private static Double throughput(Job job, Instant now) {
        double rate = job.throughput().orElse(0);
        if (job.status().ended() || rate == 0) {
            long millis = job.duration(now).map(Duration::toMillis).orElse(0L);
            rate = millis == 0 ? 0 : 1_000.0 * job.counts().processed() / millis;
        }
        return Math.round(10 * rate) / 10.0;
    }

    private static Map<String, Object> error(SyncState.Failure failure, boolean withRecord) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("class", failure.errorClass().text());
        document.put("message", failure.message());
        document.put("advice", advice(failure.errorClass()));
        document.put(
                "record",
                failure.record().map(record -> record(record, withRecord)).orElse(null));
        return document;
    }

    private static Map<String, Object> record(FailingRecord record, boolean withRaw) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("entityType", record.entityType());
        document.put("entityId", record.entityId());
        document.put("reason", record.reason());
        document.put("raw", withRaw ? record.raw() : null);
        return document;
    }

    /** What a person can do about a failure. */
    static String advice(ErrorClass errorClass) {
        return switch (errorClass) {
            case TRANSIENT ->
                "The upstream or the way to it failed, and went on failing when it was tried again. Nothing is lost: resume the"
                        + " job, or wait for the next one.";
            case THROTTLED -> "The upstream asks for patience. Give the integration a longer interval, or wait.";
            case AUTH -> "The upstream refuses the credentials: set those of the integration to good ones and restart.";
            case POISON ->
                "A record cannot be read. Look at it at /api/sync/quarantine, mend the source, and retry it there.";
            case SCHEMA ->
                "The upstream answers something else than the source's route and entity types say. Mend the files of the source,"
                        + " which are taken over as they are saved, and resume the job.";
            case BUG -> "This is a fault of Syncline. Its log has the details; please report it.";
        };
    }

    private static Map<String, Object> line(LogLine line) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("timestamp", line.at().toString());
        document.put("level", line.level().text());
        document.put("message", line.message());
        return document;
    }

    private static String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }

    /** A job's id, status and progress. */
    static Map<String, Object> brief(Job job) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", job.id());
        document.put("status", job.status().text());
        document.put("progress", job.progress());
        return document;
    }

    /** What a command answers. */
    static Map<String, Object> done(Job job, JobStatus status, String message) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("success", true);
        document.put("jobId", job.id());
        document.put("status", status.text());
        document.put("message", message);
        return document;
    }
}
