package io.syncline.job;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.FencedException;
import io.syncline.integration.Failures;
import io.syncline.integration.SyncFailure;
import io.syncline.storage.Outage;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How runs end: what is written of it, who is told, and what the next run begins with. Safe for use by many threads, each run by one. */
final class RunEnds {

    private static final Logger LOG = LoggerFactory.getLogger(RunEnds.class);
    private static final int RUNS_BETWEEN_PRUNINGS = 50;

    private final Leases leases;
    private final Running running;
    private final Reports reports;
    private final Pauses pauses;
    private final Alerts alerts;
    private final Changelog changelog;
    private final Failures failures;
    private final Sweep sweep;
    private final Clock clock;
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();

    RunEnds(
            Leases leases,
            Running running,
            Reports reports,
            Pauses pauses,
            Alerts alerts,
            Changelog changelog,
            Failures failures,
            Sweep sweep,
            Clock clock) {
        this.leases = leases;
        this.running = running;
        this.reports = reports;
        this.pauses = pauses;
        this.alerts = alerts;
        this.changelog = changelog;
        this.failures = failures;
        this.sweep = sweep;
        this.clock = clock;
    }

    /** Ends a run whose streams are drained and appended, or that was asked to stop. */
    void complete(Run run) {
        String integrationId = run.lease().integrationId();
        if (run.stopRequested()) {
            finish(run, Ending.of(stopped(integrationId)));
            return;
        }
        long heldBack = 0;
        if (run.lease().job().type() == JobType.FULL) {
            changelog
                    .passes()
                    .adopt(integrationId, run.lease().fence(), run.lease().jobId());
            heldBack = sweep.sweep(run);
        }
        if (!finish(run, Ending.completed(heldBack))) {
            return;
        }
        pauses.clear(integrationId);
        reports.completed(integrationId, clock.instant());
        alerts.settled(integrationId, Alerts.Kind.JOB_FAILED);
        alerts.settled(integrationId, Alerts.Kind.INTEGRATION_PAUSED);
        alerts.settled(integrationId, Alerts.Kind.BREAKER_OPENED);
        if (heldBack == 0 && run.lease().job().type() == JobType.FULL) {
            alerts.settled(integrationId, Alerts.Kind.DELETES_HELD_BACK);
        }
        if (heldBack > 0) {
            alerts.raise(
                    Alerts.Kind.DELETES_HELD_BACK,
                    integrationId,
                    run.lease().jobId(),
                    "a full sync did not see " + heldBack
                            + " entities, which are so many that their deletes are held back; if they are right, approve"
                            + " them by POST /api/sync/jobs/" + run.lease().jobId() + "/approve");
        }
    }

    /**
     * Ends a run by what it failed with, as the failure's class asks.
     *
     * @param lastFailure what the upstream's breaker has opened for, where the exchange knows it
     */
    void fail(Run run, Throwable caught, Optional<String> lastFailure) {
        try {
            end(run, caught, lastFailure);
        } catch (FencedException passedOn) {
            running.remove(run);
            tellTakenOver(run);
        }
    }

    private void end(Run run, Throwable caught, Optional<String> lastFailure) {
        if (caught instanceof FencedException passedOn) {
            throw passedOn;
        }
        if (!(caught instanceof SyncFailure) && Outage.in(caught).isPresent()) {
            goOnLater(run, Outage.in(caught).get());
            return;
        }
        String integrationId = run.lease().integrationId();
        SyncFailure failure = failures.classify(caught);
        if (failure instanceof SyncFailure.Stopped) {
            finish(run, Ending.of(stopped(integrationId)));
            return;
        }
        final String told = failure.getMessage();
        String message = told;
        JobStatus status = JobStatus.FAILED;
        boolean anew = failure instanceof SyncFailure.CheckpointRefused;
        if (failure instanceof SyncFailure.Auth) {
            status = JobStatus.PAUSED;
            message += "; paused until " + pauses.pause(integrationId, told).truncatedTo(ChronoUnit.SECONDS)
                    + " because the credentials are refused: mend those in the settings of syncline.integration."
                    + integrationId
                    + " and restart";
        } else if (anew) {
            changelog.resetCheckpoints(integrationId, run.lease().fence());
            message += "; the next run pulls everything again";
        }
        if (failure instanceof SyncFailure.BreakerOpen) {
            // Why it opened is worth more than that it is open.
            message += lastFailure
                    .or(() -> reports.lastFailure(integrationId).map(SyncState.Failure::message))
                    .map(reason -> reason.startsWith(told) ? reason.substring(told.length()) : ", the last: " + reason)
                    .orElse("");
        }
        SyncState.Failure reported = reports.failure(integrationId, failure, message);
        run.log(LogLine.Level.ERROR, reported.message());
        if (!finish(run, Ending.failed(status, reported, anew))) {
            return;
        }
        reports.failed(integrationId, reported, caught);
        alerts.raise(
                status == JobStatus.PAUSED ? Alerts.Kind.INTEGRATION_PAUSED : Alerts.Kind.JOB_FAILED,
                integrationId,
                run.lease().jobId(),
                status == JobStatus.PAUSED ? told : message);
    }

    /** Nobody is to be asked to resume what was broken off because Syncline's own database could not be used. */
    private void goOnLater(Run run, String away) {
        running.rests(run.lease().integrationId());
        LOG.warn(
                "{}: job {} goes on from its checkpoint once the database can be used again: {}",
                run.lease().integrationId(),
                run.lease().jobId(),
                away);
        try {
            run.log(LogLine.Level.WARN, "broken off because Syncline's database could not be used");
            leases.finish(run.lease(), Ending.of(JobStatus.QUEUED).telling(run.takeLines()));
        } catch (RuntimeException stillAway) {
            LOG.debug("Its lease runs out by itself", stillAway);
        } finally {
            running.remove(run);
        }
    }

    /** Ends a run; false if its job was taken over meanwhile, and nothing is to be said of it here. */
    private boolean finish(Run run, Ending ending) {
        String integrationId = run.lease().integrationId();
        try {
            run.log(LogLine.Level.INFO, ending.status().text());
            boolean ended = leases.finish(run.lease(), ending.telling(run.takeLines()));
            if (!ended) {
                tellTakenOver(run);
            } else if (runs.merge(integrationId, 1, Integer::sum) % RUNS_BETWEEN_PRUNINGS == 0) {
                leases.prune(run.lease());
            }
            return ended;
        } finally {
            running.remove(run);
        }
    }

    private static void tellTakenOver(Run run) {
        LOG.warn(
                "{}: job {} was taken over by another process",
                run.lease().integrationId(),
                run.lease().jobId());
    }

    /** A job that is only kept from running goes on later. */
    private JobStatus stopped(String integrationId) {
        return running.keepsFromRunning(integrationId) ? JobStatus.QUEUED : JobStatus.STOPPED;
    }
}
