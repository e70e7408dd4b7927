package io.syncline.management;

import io.syncline.access.Access;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import io.syncline.integration.IntegrationSettings;
import io.syncline.job.Job;
import io.syncline.job.JobOptions;
import io.syncline.job.JobQuery;
import io.syncline.job.JobStatus;
import io.syncline.job.JobType;
import io.syncline.job.Jobs;
import io.syncline.job.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** {@code /api/sync/jobs}: tells of jobs and commands them. Safe for use by many threads. */
public final class JobsEndpoint {

    private static final int DEFAULT_LIMIT = 20;
    private static final int HIGHEST_LIMIT = 200;
    private static final int LINES = 200;
    private static final int MOST_LINES = 1_000;
    private static final Pattern JOB_ID = Pattern.compile("sync-job-[0-9a-f]{1,40}");

    private final Gate gate;
    private final Jobs jobs;
    private final OptionsReader options;
    private final Clock clock;

    public JobsEndpoint(
            Access access, List<IntegrationSettings> integrations, Jobs jobs, Sources sources, Clock clock) {
        this.gate = new Gate(access, integrations, jobs);
        this.jobs = jobs;
        this.options = new OptionsReader(sources);
        this.clock = clock;
    }

    /** {@code GET /api/sync/jobs}. */
    public void list(Exchange exchange) {
        gate.read(exchange, passed -> {
            QueryParameters parameters =
                    QueryParameters.of(passed.call(), Set.of("status", "integrationId", "limit", "cursor"));
            int limit = parameters.number("limit", DEFAULT_LIMIT, 1, HIGHEST_LIMIT);
            JobQuery query = new JobQuery(
                    passed.visible().some(),
                    parameters.text("integrationId"),
                    parameters.text("status").map(JobsEndpoint::status),
                    parameters.text("cursor").map(JobsEndpoint::before),
                    limit + 1);
            query.integrationId().ifPresent(id -> gate.requirePresent(passed, id, "integrationId"));
            Jobs.Listed found = jobs.list(query);
            boolean more = found.jobs().size() > limit;
            List<Job> page = more ? found.jobs().subList(0, limit) : found.jobs();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put(
                    "jobs",
                    page.stream()
                            .map(job -> JobDocuments.listed(job, clock.instant()))
                            .toList());
            document.put("total", found.total());
            document.put("cursor", more ? cursor(page.get(page.size() - 1)) : null);
            document.put("hasMore", more);
            Api.json(passed.call(), 200, document);
        });
    }

    private static JobStatus status(String text) {
        return JobStatus.of(text)
                .orElseThrow(() -> ApiException.badField(
                        "status",
                        "It must be one of pending, "
                                + Arrays.stream(JobStatus.values())
                                        .map(JobStatus::text)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static String cursor(Job last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.id().getBytes(StandardCharsets.US_ASCII));
    }

    private static String before(String cursor) {
        try {
            String id = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (JOB_ID.matcher(id).matches()) {
                return id;
            }
        } catch (IllegalArgumentException noBase64) {
            // Answered below.
        }
        throw ApiException.badField("cursor", "It must be a cursor as a page before gave it.");
    }

    /** {@code GET /api/sync/jobs/:jobId}. */
    public void show(Exchange exchange) {
        gate.read(exchange, passed -> {
            QueryParameters parameters = QueryParameters.of(passed.call(), Set.of("logLevel", "logLimit"));
            int lines = parameters.number("logLimit", LINES, 0, MOST_LINES);
            Optional<LogLine.Level> level = parameters.text("logLevel").map(text -> LogLine.Level.of(text)
                    .orElseThrow(
                            () -> ApiException.badField("logLevel", "It must be one of debug, info, warn, error.")));
            Job job = gate.job(passed, 0);
            Map<String, Object> document = JobDocuments.whole(
                    job, jobs.errors(job), jobs.log(job.id(), level, lines), passed.readsRecords(), clock.instant());
            document.put("position", jobs.position(job).orElse(null));
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code POST /api/sync/jobs}. */
    public void start(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields fields = JsonFields.of(passed.call(), Set.of("integrationId", "type", "options"));
            String integrationId = fields.text("integrationId", 63);
            JobType type = OptionsReader.type(fields, "type");
            IntegrationSettings integration = gate.integration(passed, integrationId, Optional.of("integrationId"));
            JobOptions wanted = options.read(fields, type, integration.source());
            Gate.requireEnabled(integration);
            Job job = jobs.commands().start(integrationId, type, wanted, "ask with the option force");
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("jobId", job.id());
            document.put("status", job.status().text());
            document.put(
                    "estimatedDuration",
                    jobs.usualDuration(integrationId, job.type())
                            .map(Duration::toMillis)
                            .orElse(null));
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code POST /api/sync/jobs/:jobId/resume}. */
    public void resume(Exchange exchange) {
        command(exchange, Set.of(), (job, fields) -> {
            gate.requireEnabled(job);
            Job after = jobs.commands().resume(job.id());
            return JobDocuments.done(
                    after,
                    after.status(),
                    after.status() == JobStatus.RUNNING
                            ? "The job goes on from its checkpoint."
                            : "The job goes on from its checkpoint once the integration's other job has ended.");
        });
    }

    /** {@code POST /api/sync/jobs/:jobId/pause}. */
    public void pause(Exchange exchange) {
        command(exchange, Set.of(), (job, fields) -> {
            Job after = jobs.commands().pause(job.id());
            return JobDocuments.done(
                    after,
                    after.status(),
                    after.status() == JobStatus.PAUSED
                            ? "The job is paused."
                            : "The job is paused after the page in hand.");
        });
    }

    /** {@code POST /api/sync/jobs/:jobId/stop}. */
    public void stop(Exchange exchange) {
        command(exchange, Set.of("graceful"), (job, fields) -> {
            boolean graceful = fields.flag("graceful", true);
            Job after = jobs.commands().stop(job.id(), graceful);
            return JobDocuments.done(
                    after,
                    after.status(),
                    after.status() == JobStatus.STOPPED
                            ? "The job is stopped."
                            : graceful ? "The job stops after the page in hand." : "The job stops at once.");
        });
    }

    /** {@code POST /api/sync/jobs/:jobId/approve}. */
    public void approve(Exchange exchange) {
        command(exchange, Set.of(), (job, fields) -> {
            gate.requireEnabled(job);
            Job after = jobs.commands().approve(job.id());
            Map<String, Object> document =
                    JobDocuments.done(after, after.status(), "The deletes that were held back are done now.");
            document.put("deletes", job.heldBack());
            return document;
        });
    }

    /** {@code DELETE /api/sync/jobs/:jobId}. */
    public void delete(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters parameters = QueryParameters.of(passed.call(), Set.of("deleteLogs"));
            JsonFields fields = JsonFields.optional(passed.call(), Set.of("deleteLogs"));
            boolean withLog = fields.flag("deleteLogs", parameters.flag("deleteLogs", false));
            Job job = gate.job(passed, 0);
            jobs.commands().delete(job.id(), withLog);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("deleted", true);
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code POST /api/sync/jobs/stop-all}. */
    public void stopAll(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields fields = JsonFields.optional(passed.call(), Set.of("integrationId", "graceful"));
            Optional<String> integrationId =
                    fields.has("integrationId") ? Optional.of(fields.text("integrationId", 63)) : Optional.empty();
            integrationId.ifPresent(id -> gate.requirePresent(passed, id, "integrationId"));
            List<Job> stopped = jobs.commands()
                    .stopAll(
                            id -> passed.visible().sees(id)
                                    && integrationId.map(id::equals).orElse(true),
                            fields.flag("graceful", true));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("stoppedJobs", stopped.size());
            document.put("jobs", stopped.stream().map(Job::id).toList());
            Api.json(passed.call(), 200, document);
        });
    }

    private interface Command {
        Map<String, Object> run(Job job, JsonFields fields);
    }

    /** A command to the job that the path names before its last part; without a body it takes its defaults. */
    private void command(Exchange exchange, Set<String> fields, Command command) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields body = JsonFields.optional(passed.call(), fields);
            Api.json(passed.call(), 200, command.run(gate.job(passed, 1), body));
        });
    }
}
