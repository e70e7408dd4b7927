package io.syncline.management;

import io.syncline.access.Access;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.job.Job;
import io.syncline.job.Jobs;
import io.syncline.job.Schedules;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** {@code PUT /api/sync/jobs/:jobId/interval}: chooses the schedule of a job's integration. Safe for use by many threads. */
public final class ScheduleEndpoint {

    private static final int LONGEST_CRON = 120;

    private final Gate gate;
    private final Schedules schedules;

    public ScheduleEndpoint(Access access, List<IntegrationSettings> integrations, Jobs jobs, Schedules schedules) {
        this.gate = new Gate(access, integrations, jobs);
        this.schedules = schedules;
    }

    /** Takes {@code {"interval": seconds}} or {@code {"cron": "..."}}. */
    public void change(Exchange exchange) {
        gate.write(exchange, passed -> {
            QueryParameters.of(passed.call(), Gate.nothing());
            Schedule schedule = schedule(JsonFields.of(passed.call(), Set.of("interval", "cron")));
            Job job = gate.job(passed, 1);
            gate.requireEnabled(job);
            if (schedule.after(Instant.now()).isEmpty()) {
                throw ApiException.badField("cron", "It never comes.");
            }
            Schedules.Changed changed = schedules.change(job.integrationId(), schedule);
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("success", true);
            document.put("jobId", job.id());
            document.put("oldInterval", seconds(changed.before()).orElse(null));
            document.put("newInterval", seconds(changed.after()).orElse(null));
            cron(changed.before()).ifPresent(cron -> document.put("oldCron", cron));
            cron(changed.after()).ifPresent(cron -> document.put("newCron", cron));
            document.put("nextRun", changed.nextRun().map(Instant::toString).orElse(null));
            Api.json(passed.call(), 200, document);
        });
    }

    private static Schedule schedule(JsonFields fields) {
        if (fields.has("interval") == fields.has("cron")) {
            throw ApiException.badField("interval", "One of interval, in seconds, and cron is required.");
        }
        if (fields.has("interval")) {
            return new Schedule.Interval(
                    Duration.ofSeconds(fields.number("interval", 0, 1, Schedule.LONGEST_INTERVAL)));
        }
        try {
            return new Schedule.Cron(fields.text("cron", LONGEST_CRON));
        } catch (IllegalArgumentException invalid) {
            throw ApiException.badField(
                    "cron", "It must be a Quartz cron expression such as 0 0/5 * * * ?, which is in UTC.");
        }
    }

    /** The seconds of an interval. */
    static Optional<Long> seconds(Schedule schedule) {
        return schedule instanceof Schedule.Interval interval
                ? Optional.of(interval.every().toSeconds())
                : Optional.empty();
    }

    private static Optional<String> cron(Schedule schedule) {
        return schedule instanceof Schedule.Cron cron ? Optional.of(cron.expression()) : Optional.empty();
    }
}
