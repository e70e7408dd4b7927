package io.syncline.management;

import io.syncline.access.Access;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import io.syncline.integration.IntegrationSettings;
import io.syncline.job.Job;
import io.syncline.job.JobOptions;
import io.syncline.job.JobType;
import io.syncline.job.Jobs;
import io.syncline.job.Schedules;
import io.syncline.operations.IntegrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** {@code /api/sync/integrations}: how integrations stand, and whether their schedules run. Safe for use by many threads. */
public final class IntegrationsEndpoint {

    private final Gate gate;
    private final Jobs jobs;
    private final Supplier<List<IntegrationStatus>> board;
    private final Schedules schedules;

    /**
     * The endpoint over some integrations.
     *
     * @param board how they stand
     */
    public IntegrationsEndpoint(
            Access access,
            List<IntegrationSettings> integrations,
            Jobs jobs,
            Supplier<List<IntegrationStatus>> board,
            Schedules schedules) {
        this.gate = new Gate(access, integrations, jobs);
        this.jobs = jobs;
        this.board = board;
        this.schedules = schedules;
    }

    /** {@code GET /api/sync/integrations/status}. */
    public void status(Exchange exchange) {
        gate.read(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            Map<String, IntegrationStatus> statuses =
                    board.get().stream().collect(Collectors.toMap(IntegrationStatus::id, Function.identity()));
            Api.json(
                    passed.call(),
                    200,
                    Map.of(
                            "integrations",
                            gate.integrations(passed).stream()
                                    .map(integration -> described(integration, statuses.get(integration.id())))
                                    .toList()));
        });
    }

    private Map<String, Object> described(IntegrationSettings integration, IntegrationStatus status) {
        Jobs.History history = jobs.history(integration.id());
        boolean scheduled = integration.enabled() && !history.stopped();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("integrationId", integration.id());
        document.put("name", integration.name());
        document.put("status", word(status, history));
        document.put("lastSync", status.lastSuccess().map(Instant::toString).orElse(null));
        document.put(
                "nextSync",
                scheduled
                        ? schedules
                                .nextRun(integration.id())
                                .map(Instant::toString)
                                .orElse(null)
                        : null);
        document.put(
                "syncInterval",
                ScheduleEndpoint.seconds(schedules.of(integration)).orElse(null));
        document.put(
                "currentJob",
                jobs.current(integration.id()).map(JobDocuments::brief).orElse(null));
        document.put("stats", stats(history));
        document.put("breaker", status.breaker().name().toLowerCase(Locale.ROOT));
        document.put(
                "trouble",
                status.trouble()
                        .or(() -> status.refused().map(IntegrationStatus.RefusedFile::reason))
                        .orElse(null));
        return document;
    }

    /** In the order of what matters most. */
    private static String word(IntegrationStatus status, Jobs.History history) {
        if (!status.enabled()) {
            return "disabled";
        }
        if (history.stopped()) {
            return "stopped";
        }
        return status.lastFailure()
                .map(failure -> failure.equals("auth") ? "paused" : "failing")
                .orElse("active");
    }

    private static Map<String, Object> stats(Jobs.History history) {
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("totalJobs", history.jobs());
        stats.put("successRate", history.successRate().orElse(null));
        stats.put(
                "averageDuration",
                history.averageDuration().map(Duration::toMillis).orElse(null));
        return stats;
    }

    /** {@code POST /api/sync/initialize}: the schedules run from the start, so there is nothing left to do but to say so. */
    public void initialize(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields.optional(passed.call(), Gate.nothing());
            List<IntegrationSettings> found = gate.integrations(passed);
            long scheduled = found.stream()
                    .filter(integration -> integration.enabled()
                            && !jobs.history(integration.id()).stopped())
                    .count();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put(
                    "message",
                    "The scheduler runs; " + scheduled + " of " + found.size() + " integrations are on schedule.");
            document.put("schedulerStatus", "running");
            document.put("integrationsFound", found.size());
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code POST /api/sync/integrations/:integrationId/start}. */
    public void start(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields fields = JsonFields.optional(passed.call(), Set.of("syncType", "scheduleImmediate"));
            JobType type = fields.has("syncType") ? OptionsReader.type(fields, "syncType") : JobType.INCREMENTAL;
            if (type == JobType.SELECTIVE) {
                throw ApiException.badField(
                        "syncType", "A selective_sync needs options: start it by POST /api/sync/jobs.");
            }
            boolean now = fields.flag("scheduleImmediate", true);
            IntegrationSettings integration = gate.integration(passed, Gate.part(passed.call(), 1), Optional.empty());
            Gate.requireEnabled(integration);
            Optional<Job> job = now
                    ? Optional.of(jobs.commands()
                            .start(
                                    integration.id(),
                                    type,
                                    JobOptions.NONE,
                                    "set scheduleImmediate to false, which starts the schedule alone"))
                    : Optional.empty();
            jobs.commands().keepSchedule(integration.id(), true);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("integrationId", integration.id());
            document.put("jobId", job.map(Job::id).orElse(null));
            document.put(
                    "message",
                    job.map(started -> "The schedule runs, and the job " + started.id() + " is queued.")
                            .orElse("The schedule runs; its next turn starts a job."));
            Api.json(passed.call(), 200, document);
        });
    }

    /** {@code POST /api/sync/integrations/:integrationId/stop}. */
    public void stop(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            JsonFields.optional(passed.call(), Gate.nothing());
            String id = gate.integration(passed, Gate.part(passed.call(), 1), Optional.empty())
                    .id();
            jobs.commands().keepSchedule(id, false);
            int stopped = jobs.commands().stopAll(id::equals, true).size();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("integrationId", id);
            document.put("activeJobsStopped", stopped);
            document.put("message", "The schedule is stopped until the integration is started again.");
            Api.json(passed.call(), 200, document);
        });
    }
}
