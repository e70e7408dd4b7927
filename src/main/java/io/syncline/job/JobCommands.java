package io.syncline.job;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * What can be asked of jobs, whichever process runs them: each changes the database first, in one transaction that only a legal status lets pass, and
 * then tells the run, if it is in this process; another hears of it when it renews its lease. Safe for use by many threads.
 */
public final class JobCommands {

    private static final Set<JobStatus> RUNS = EnumSet.of(JobStatus.RUNNING, JobStatus.STOPPING);
    /** Stages of a job that goes on by request and is not taken up yet. */
    static final String RESUMING = "resuming";

    static final String DELETING = "deleting";

    private static final Set<JobStatus> WAITS = EnumSet.of(JobStatus.QUEUED);

    private final JobRows rows;
    private final Leases leases;
    private final Running running;
    private final Pauses pauses;
    private final Clock clock;
    private final Object hardStops = new Object();

    JobCommands(JobRows rows, Leases leases, Running running, Pauses pauses, Clock clock) {
        this.rows = rows;
        this.leases = leases;
        this.running = running;
        this.pauses = pauses;
        this.clock = clock;
    }

    /**
     * Starts a job by request. One that the schedule started does not stand in its way: the new one runs after it.
     *
     * @param instead what whoever asks can do where another stands in its way, besides stopping that, for a person
     * @throws JobRefusedException if another that was asked for waits or runs, unless the options ask to take its place
     */
    public Job start(String integrationId, JobType type, JobOptions options, String instead) {
        List<String> stopping = new ArrayList<>();
        Job started = rows.jdbi().inTransaction(handle -> {
            int no = rows.lock(handle, integrationId);
            rows.newest(handle, no, EnumSet.of(JobStatus.RUNNING))
                    .filter(job -> job.byRequest() || options.force())
                    .ifPresent(job -> {
                        makeWay(handle, job, options, ", or " + instead);
                        stopping.add(job.id());
                    });
            rows.newest(handle, no, WAITS).ifPresent(job -> makeWay(handle, job, options, ", or " + instead));
            boolean everything = type == JobType.INCREMENTAL && !Leases.hasBaseline(handle, no);
            String id = rows.create(handle, no, everything ? JobType.FULL : type, true, options, clock.millis());
            log(handle, id, "asked for by request");
            if (everything) {
                log(
                        handle,
                        id,
                        "asked for as incremental_sync, but no sync was ever completed, so it starts as a full sync");
            }
            return rows.find(handle, id).orElseThrow();
        });
        stopping.forEach(job -> running.ask(job, Asked.STOP));
        pauses.clear(integrationId);
        running.askForTurn(integrationId);
        return started;
    }

    /**
     * Starts a full sync whose time has come by its schedule, which gives way as any turn of a schedule does.
     *
     * @return empty if none is to be started: the integration's schedule is stopped, a job of it is paused, or one that was asked for or another
     *     full sync waits or runs
     */
    Optional<Job> startFullSyncBySchedule(String integrationId) {
        if (pauses.isPaused(integrationId)) {
            return Optional.empty();
        }
        Optional<Job> started = rows.jdbi().inTransaction(handle -> {
            int no = rows.lock(handle, integrationId);
            Optional<Job> waiting = rows.newest(handle, no, WAITS);
            boolean givesWay = Stream.of(waiting, rows.newest(handle, no, EnumSet.of(JobStatus.RUNNING)))
                    .flatMap(Optional::stream)
                    .anyMatch(job -> job.byRequest() || job.type() == JobType.FULL);
            if (givesWay || !Leases.followsSchedule(handle, no)) {
                return Optional.<Job>empty();
            }
            waiting.ifPresent(job -> end(handle, job, JobStatus.STOPPED, "makes way for a full sync"));
            String id = rows.create(handle, no, JobType.FULL, false, JobOptions.NONE, clock.millis());
            log(handle, id, "its time has come by the schedule of full syncs");
            return rows.find(handle, id);
        });
        started.ifPresent(job -> running.askForTurn(integrationId));
        return started;
    }

    /** @param instead how the advice to stop it goes on */
    private void makeWay(Handle handle, Job job, JobOptions options, String instead) {
        if (job.byRequest() && !options.force()) {
            throw new JobRefusedException("The integration " + job.integrationId() + " has the job " + job.id()
                    + " already, which is " + job.status().text() + ". Stop it" + instead + ".");
        }
        if (job.status() == JobStatus.QUEUED) {
            end(handle, job, JobStatus.STOPPED, "makes way for a job that was asked for");
        } else {
            askToStop(handle, job, Asked.STOP);
        }
    }

    /**
     * Stops a job.
     *
     * @param graceful whether it may finish the page in hand
     * @return as it is then: stopping if it runs
     * @throws JobRefusedException if it has ended, or is stopping so already
     */
    public Job stop(String jobId, boolean graceful) {
        if (graceful) {
            return ask(jobId, Asked.STOP, JobStatus.STOPPED, false);
        }
        // One after the other, so that of several at the same moment one counts.
        synchronized (hardStops) {
            // Before the transaction, since a page that is being appended keeps that waiting until it is committed.
            boolean withdrawn = running.withdraw(jobId);
            return ask(jobId, Asked.STOP_NOW, JobStatus.STOPPED, withdrawn);
        }
    }

    /**
     * Pauses a job until it is resumed. Until then the integration's schedule starts no other.
     *
     * @return as it is then: stopping if it runs, which ends as paused
     * @throws JobRefusedException if it neither waits nor runs
     */
    public Job pause(String jobId) {
        return ask(jobId, Asked.PAUSE, JobStatus.PAUSED, false);
    }

    /** @param withdrawn whether what it had in hand is withdrawn, by which it may have ended already */
    private Job ask(String jobId, Asked asked, JobStatus end, boolean withdrawn) {
        Job after = rows.jdbi().inTransaction(handle -> {
            Job job = locked(handle, jobId);
            if (withdrawn && job.status() == JobStatus.STOPPED) {
                return job;
            }
            boolean harder = job.status() == JobStatus.STOPPING
                    && asked == Asked.STOP_NOW
                    && Leases.asked(handle, jobId)
                            .filter(Asked.STOP_NOW::equals)
                            .isEmpty();
            boolean waits = job.status() == JobStatus.QUEUED
                    || (job.status() == JobStatus.PAUSED && end == JobStatus.STOPPED)
                    || (RUNS.contains(job.status()) && !leases.isHeld(handle, jobId));
            if (waits) {
                end(handle, job, end, end.text() + " by request");
            } else if (job.status() == JobStatus.RUNNING || harder) {
                askToStop(handle, job, asked);
            } else {
                throw refused(job, end == JobStatus.PAUSED ? "paused" : "stopped");
            }
            return rows.find(handle, jobId).orElseThrow();
        });
        running.ask(jobId, asked);
        return after;
    }

    private void askToStop(Handle handle, Job job, Asked asked) {
        if (job.status() == JobStatus.RUNNING) {
            rows.move(handle, job.id(), EnumSet.of(JobStatus.RUNNING), JobStatus.STOPPING, "", Map.of());
        }
        handle.createUpdate("UPDATE job SET requested = :asked WHERE id = :id")
                .bind("asked", asked.text())
                .bind("id", job.id())
                .execute();
        log(
                handle,
                job.id(),
                switch (asked) {
                    case PAUSE -> "asked to pause after the page in hand";
                    case STOP -> "asked to stop after the page in hand";
                    case STOP_NOW -> "asked to stop at once";
                });
    }

    private void end(Handle handle, Job job, JobStatus status, String why) {
        rows.move(
                handle,
                job.id(),
                EnumSet.of(job.status()),
                status,
                "requested = NULL, stage = NULL, error_class = NULL, error = NULL, completed_at = :at",
                Map.of("at", clock.millis()));
        log(handle, job.id(), why);
    }

    /**
     * Lets a job go on from its checkpoint.
     *
     * @return as it is then: running, or waiting for another of its integration
     * @throws JobRefusedException if it is not paused, failed or stopped, or if another waits already
     */
    public Job resume(String jobId) {
        return goOn(jobId, RESUMING, "resumed by request", job -> {
            if (!JobStatus.resumable().contains(job.status())) {
                throw refused(job, "resumed");
            }
        });
    }

    /**
     * Does the deletes that a full sync held back.
     *
     * @throws JobRefusedException if it holds none back
     */
    public Job approve(String jobId) {
        return goOn(jobId, DELETING, "the deletes that were held back are approved", job -> {
            if (job.status() != JobStatus.COMPLETED || job.heldBack() == 0) {
                throw new JobRefusedException("The job " + jobId + " is "
                        + job.status().text() + " and holds no deletes back, so there is nothing to approve.");
            }
        });
    }

    private interface Check {
        void check(Job job);
    }

    private Job goOn(String jobId, String stage, String why, Check check) {
        Job after = rows.jdbi().inTransaction(handle -> {
            Job job = locked(handle, jobId);
            check.check(job);
            int no = rows.number(handle, job.integrationId()).orElseThrow();
            boolean busy = rows.newest(handle, no, RUNS).isPresent();
            if (busy) {
                rows.newest(handle, no, WAITS)
                        .ifPresent(waiting -> makeWay(handle, waiting, JobOptions.NONE, " first"));
            }
            rows.takeBackFailure(handle, job);
            rows.move(
                    handle,
                    jobId,
                    EnumSet.of(job.status()),
                    busy ? JobStatus.QUEUED : JobStatus.RUNNING,
                    "requested = NULL, completed_at = NULL, error_class = NULL, error = NULL, error_record = NULL,"
                            + " stage = :stage",
                    Map.of("stage", stage));
            if (stage.equals(DELETING)) {
                handle.createUpdate("UPDATE job SET approved_at = :now WHERE id = :id")
                        .bind("now", clock.millis())
                        .bind("id", jobId)
                        .execute();
            }
            log(handle, jobId, why);
            return rows.find(handle, jobId).orElseThrow();
        });
        pauses.clear(after.integrationId());
        running.askForTurn(after.integrationId());
        return after;
    }

    /**
     * Takes a job away that has ended.
     *
     * @param withLog whether its log goes too; else that is kept for 30 days
     * @throws JobRefusedException if it has not ended
     */
    public void delete(String jobId, boolean withLog) {
        rows.jdbi().useTransaction(handle -> {
            Job job = locked(handle, jobId);
            if (!job.status().ended()) {
                throw refused(job, "deleted");
            }
            rows.delete(handle, jobId, withLog);
        });
    }

    /** Stops every job that waits or runs of the integrations selected, and tells which those were; at once also those that stop already. */
    public List<Job> stopAll(Predicate<String> integrations, boolean graceful) {
        return rows.active().stream()
                .filter(job -> integrations.test(job.integrationId()))
                .filter(job -> !graceful || job.status() != JobStatus.STOPPING)
                .flatMap(job -> stopped(job.id(), graceful).stream())
                .toList();
    }

    /** Empty for one that has ended meanwhile. */
    private Optional<Job> stopped(String jobId, boolean graceful) {
        try {
            return Optional.of(stop(jobId, graceful));
        } catch (JobRefusedException ended) {
            return Optional.empty();
        }
    }

    /** From now on an integration's schedule starts no jobs, also after a restart; or does again. */
    public void keepSchedule(String integrationId, boolean runs) {
        rows.jdbi().useTransaction(handle -> {
            int no = rows.lock(handle, integrationId);
            handle.createUpdate("UPDATE integration SET stopped = :stopped WHERE no = :no")
                    .bind("stopped", !runs)
                    .bind("no", no)
                    .execute();
        });
    }

    /** The job, with its integration's row locked. */
    private Job locked(Handle handle, String jobId) {
        Job job = rows.find(handle, jobId).orElseThrow(() -> gone(jobId));
        rows.lock(handle, job.integrationId());
        return rows.find(handle, jobId).orElseThrow(() -> gone(jobId));
    }

    private static JobRefusedException gone(String jobId) {
        return new JobRefusedException("The job " + jobId + " was deleted meanwhile.");
    }

    private static JobRefusedException refused(Job job, String what) {
        return new JobRefusedException(
                "The job " + job.id() + " is " + job.status().text() + " and cannot be " + what + ".");
    }

    private void log(Handle handle, String jobId, String message) {
        JobLog.write(handle, jobId, List.of(new LogLine(clock.instant(), LogLine.Level.INFO, message)));
    }
}
