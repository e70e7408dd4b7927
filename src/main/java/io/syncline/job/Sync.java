package io.syncline.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Appended;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.FencedException;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Quarantined;
import io.syncline.integration.ErrorClass;
import io.syncline.integration.Failures;
import io.syncline.integration.Holds;
import io.syncline.integration.Normaliser;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a sync job as the pipeline's routes call them, on an exchange that carries the properties {@code integrationId},
 * {@code source} and {@code streams}. A step gives the next page to pull in the properties {@code stream} and {@code checkpoint}. Safe for
 * use by many threads, each exchange by one at a time.
 */
public final class Sync implements AutoCloseable, Holds {

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
    private static final String RUN = "run";
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(3);
    private static final int RUNS_BETWEEN_PRUNINGS = 50;

    private final Jobs jobs;
    private final Changelog changelog;
    private final Normaliser normaliser;
    private final Failures failures;
    private final SyncListener listener;
    private final Clock clock;
    private final Pauses pauses;
    private final RetryTimer retryTimer = new RetryTimer();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Map<String, Run> running = new ConcurrentHashMap<>();
    private final Map<String, Instant> lastSuccess = new ConcurrentHashMap<>();
    private final Map<String, SyncState.Failure> lastFailure = new ConcurrentHashMap<>();
    private final Map<String, String> lastSetAside = new ConcurrentHashMap<>();
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();
    private final ScheduledExecutorService renewing = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syncline-leases");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean stopping;
    private volatile Consumer<Set<String>> resume = released -> {};

    private Sync(
            Jobs jobs,
            Changelog changelog,
            Normaliser normaliser,
            Failures failures,
            SyncListener listener,
            Clock clock) {
        this.jobs = jobs;
        this.changelog = changelog;
        this.normaliser = normaliser;
        this.failures = failures;
        this.listener = listener;
        this.clock = clock;
        this.pauses = new Pauses(clock);
    }

    /** Opens the room in which jobs run and begins to keep their leases. */
    public static Sync open(
            Database database,
            Changelog changelog,
            Normaliser normaliser,
            Failures failures,
            SyncListener listener,
            Clock clock) {
        Sync sync = new Sync(Jobs.open(database, clock), changelog, normaliser, failures, listener, clock);
        long period = Jobs.LEASE.toMillis() / 4;
        ScheduledFuture<?> unused =
                sync.renewing.scheduleWithFixedDelay(sync::renewLeases, period, period, TimeUnit.MILLISECONDS);
        return sync;
    }

    /** How the syncing of an integration stands. */
    public SyncState state(String integrationId) {
        Optional<Instant> success = Optional.ofNullable(lastSuccess.get(integrationId));
        if (success.isEmpty()) {
            success = jobs.lastCompleted(integrationId);
            success.ifPresent(at -> lastSuccess.putIfAbsent(integrationId, at));
        }
        return new SyncState(
                running.containsKey(integrationId), success, Optional.ofNullable(lastFailure.get(integrationId)));
    }

    /** Where retries wait. */
    public RetryTimer retryTimer() {
        return retryTimer;
    }

    /** Asks for a run of an integration; false if one waits or runs already, or the integration pauses. */
    public boolean request(String integrationId) {
        return !stopping
                && !held.contains(integrationId)
                && !running.containsKey(integrationId)
                && !pauses.isPaused(integrationId)
                && waiting.add(integrationId);
    }

    /** Begins the run that was asked for; without one, the exchange's route stops. */
    public void begin(Exchange exchange) {
        String integrationId = property(exchange, "integrationId");
        waiting.remove(integrationId);
        Optional<Lease> lease = stopping
                        || held.contains(integrationId)
                        || running.containsKey(integrationId)
                        || pauses.isPaused(integrationId)
                ? Optional.empty()
                : jobs.begin(integrationId);
        if (lease.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        if (lease.get().resumed()) {
            LOG.info(
                    "{}: job {} goes on from its checkpoint",
                    integrationId,
                    lease.get().jobId());
        }
        List<String> streams = List.of(COMMA.split(property(exchange, "streams").strip()));
        Run run = new Run(
                lease.get(),
                property(exchange, "source"),
                streams,
                stream -> changelog.checkpoint(integrationId, stream));
        running.put(integrationId, run);
        exchange.setProperty(RUN, run);
    }

    /** Whether there is a page to pull; without it the run is at its end. */
    public boolean hasNext(Exchange exchange) {
        return run(exchange).hasNext();
    }

    /** Moves on to the next page to pull. */
    public void next(Exchange exchange) {
        Run run = run(exchange);
        run.next();
        exchange.setProperty("stream", run.stream());
        exchange.setProperty("checkpoint", run.checkpoint().orElse(null));
        exchange.getMessage().setBody(null);
    }

    /**
     * Keeps a run that was asked to stop from pulling, also when it has waited for a retry meanwhile.
     *
     * @throws SyncFailure.Stopped if it was
     */
    public void checkStop(Exchange exchange) {
        if (run(exchange).stopRequested()) {
            throw new SyncFailure.Stopped();
        }
    }

    /** Reads the page that the source's route gave by its entity types. */
    public void normalise(Exchange exchange) {
        Run run = run(exchange);
        Object body = exchange.getMessage().getBody();
        if (!(body instanceof JsonNode json)) {
            throw new SyncFailure.Schema(
                    "the route of the source " + run.source() + " must give JSON, but gave "
                            + (body == null ? "nothing" : body.getClass().getSimpleName()),
                    null);
        }
        PulledPage page = normaliser.read(run.source(), json);
        if (page.mostlyUnreadable()) {
            throw new SyncFailure.Schema(
                    "stream " + run.stream() + ": " + page.quarantined().size() + " of "
                            + (page.quarantined().size() + page.observed().size())
                            + " records of a page cannot be read, so none of it was taken; the first: "
                            + page.quarantined().get(0).reason(),
                    null);
        }
        exchange.getMessage().setBody(page);
    }

    /** Appends the page in one transaction with its checkpoint. */
    public void append(Exchange exchange) {
        Run run = run(exchange);
        PulledPage page = exchange.getMessage().getBody(PulledPage.class);
        Lease lease = run.lease();
        if (run.changes(page)) {
            String stage = "syncing_" + snakeCase(run.stream());
            if (run.entersStage(stage)) {
                jobs.stage(lease, stage);
            }
            Appended appended = changelog.append(new Page(
                    lease.integrationId(),
                    run.stream(),
                    lease.fence(),
                    Optional.of(lease.jobId()),
                    page.observed(),
                    page.quarantined(),
                    page.checkpoint()));
            report(run, page.quarantined());
            listener.appended(lease.integrationId(), run.stream(), appended);
        }
        run.written(page);
    }

    /** Ends a run whose streams are drained, or that was asked to stop. */
    public void complete(Exchange exchange) {
        Run run = run(exchange);
        String integrationId = run.lease().integrationId();
        if (run.stopRequested()) {
            finish(run, stopped(integrationId), Optional.empty(), Optional.empty());
            return;
        }
        run.rollCall().ifPresent(rollCall -> deleteMissing(run, rollCall));
        finish(run, JobStatus.COMPLETED, Optional.empty(), Optional.empty());
        lastSuccess.put(integrationId, clock.instant());
        pauses.clear(integrationId);
        if (lastFailure.remove(integrationId) != null) {
            LOG.info("{}: syncing again", integrationId);
        }
    }

    private void deleteMissing(Run run, RollCall rollCall) {
        String integrationId = run.lease().integrationId();
        RollCall.Missing missing = rollCall.missing(changelog, integrationId);
        if (missing.entities().isEmpty()) {
            return;
        }
        if (missing.tooMany()) {
            LOG.warn(
                    "{}: a complete sync did not see {} of {} entities. They are so many that they are kept; if they are really gone"
                            + " upstream, they will be deleted once the upstream reports it",
                    integrationId,
                    missing.entities().size(),
                    missing.living());
            return;
        }
        LOG.info(
                "{}: a complete sync did not see {} entities, so they are deleted",
                integrationId,
                missing.entities().size());
        for (List<Observed> gone : missing.pages()) {
            Appended appended = changelog.append(new Page(
                    integrationId,
                    run.stream(),
                    run.lease().fence(),
                    Optional.of(run.lease().jobId()),
                    gone,
                    List.of(),
                    Optional.empty()));
            listener.appended(integrationId, run.stream(), appended);
        }
    }

    /** Ends a run by what it failed with, as the failure's class asks. */
    public void fail(Exchange exchange) {
        Run run = run(exchange);
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String integrationId = run.lease().integrationId();
        if (caught instanceof FencedException) {
            running.remove(integrationId, run);
            LOG.warn(
                    "{}: job {} was taken over by another process",
                    integrationId,
                    run.lease().jobId());
            return;
        }
        SyncFailure failure = failures.classify(caught);
        if (failure instanceof SyncFailure.Stopped) {
            finish(run, stopped(integrationId), Optional.empty(), Optional.empty());
            return;
        }
        ErrorClass errorClass = failure.errorClass();
        final String told = failure.getMessage();
        String message = told;
        JobStatus status = JobStatus.FAILED;
        if (failure instanceof SyncFailure.Auth) {
            status = JobStatus.PAUSED;
            message += "; paused until " + pauses.pause(integrationId).truncatedTo(ChronoUnit.SECONDS)
                    + " because the credentials are refused: mend syncline.integration." + integrationId
                    + ".token and restart";
        } else if (failure instanceof SyncFailure.CheckpointRefused) {
            changelog.resetCheckpoints(integrationId);
            message += "; the next run pulls everything again";
        }
        if (failure instanceof SyncFailure.BreakerOpen) {
            // Why it opened is worth more than that it is open.
            message += Optional.ofNullable(exchange.getProperty(Retries.LAST_FAILURE, String.class))
                    .or(() ->
                            Optional.ofNullable(lastFailure.get(integrationId)).map(SyncState.Failure::message))
                    .map(reason -> reason.startsWith(told) ? reason.substring(told.length()) : ", the last: " + reason)
                    .orElse("");
        }
        finish(run, status, Optional.of(errorClass), Optional.of(message));
        report(integrationId, new SyncState.Failure(errorClass, message), caught);
    }

    /** Says so once while it stays the same: a record that cannot be read comes again with every re-pull. */
    private void report(Run run, List<Quarantined> quarantined) {
        if (quarantined.isEmpty()) {
            return;
        }
        Quarantined first = quarantined.get(0);
        String integrationId = run.lease().integrationId();
        String told = "stream %s: %d record(s) set aside, the first: %s %s: %s"
                .formatted(run.stream(), quarantined.size(), first.entityType(), first.entityId(), first.reason());
        if (!told.equals(lastSetAside.put(integrationId + '/' + run.stream(), told))) {
            LOG.warn("{}: {}", integrationId, told);
        }
    }

    private void report(String integrationId, SyncState.Failure failure, Throwable caught) {
        SyncState.Failure before = lastFailure.put(integrationId, failure);
        if (failure.errorClass() == ErrorClass.BUG) {
            LOG.error("{}: sync failed: {}", integrationId, failure.message(), caught);
        } else if (before == null || !before.message().equals(failure.message())) {
            LOG.warn(
                    "{}: sync failed ({}): {}",
                    integrationId,
                    failure.errorClass().text(),
                    failure.message());
        }
    }

    private void finish(Run run, JobStatus status, Optional<ErrorClass> errorClass, Optional<String> error) {
        String integrationId = run.lease().integrationId();
        try {
            jobs.finish(run.lease(), status, errorClass, error);
            if (runs.merge(integrationId, 1, Integer::sum) % RUNS_BETWEEN_PRUNINGS == 0) {
                jobs.prune(run.lease());
            }
        } finally {
            running.remove(integrationId, run);
        }
    }

    private void renewLeases() {
        for (Run run : running.values()) {
            try {
                if (!jobs.renew(run.lease())) {
                    run.requestStop();
                }
            } catch (RuntimeException unreachable) {
                LOG.warn("{}: the lease cannot be renewed: {}", run.lease().integrationId(), unreachable.getMessage());
            }
        }
    }

    /** A job that is only held goes on later. */
    private JobStatus stopped(String integrationId) {
        return held.contains(integrationId) && !stopping ? JobStatus.QUEUED : JobStatus.STOPPED;
    }

    @Override
    public Hold hold(Set<String> integrationIds) {
        held.addAll(integrationIds);
        running.forEach((integrationId, run) -> {
            if (integrationIds.contains(integrationId)) {
                run.requestStop();
            }
        });
        retryTimer.hurry();
        long deadline = System.nanoTime() + LONGEST_HOLD.toNanos();
        while (integrationIds.stream().anyMatch(running::containsKey) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return () -> {
            held.removeAll(integrationIds);
            resume.accept(integrationIds);
        };
    }

    /** Sets what is done for integrations that are no longer held, so that they do not wait for their next turn. */
    public void onRelease(Consumer<Set<String>> resumeIntegrations) {
        resume = resumeIntegrations;
    }

    /** Lets no run begin any more, and ends those that run after the page in hand. */
    public void stop() {
        stopping = true;
        running.values().forEach(Run::requestStop);
        retryTimer.hurry();
    }

    /** Marks what still runs as stopped: what it had in hand was not committed, and the next start goes on from the checkpoint. */
    @Override
    public void close() {
        stop();
        renewing.shutdownNow();
        retryTimer.shutdownNow();
        running.values()
                .forEach(run -> jobs.finish(run.lease(), JobStatus.STOPPED, Optional.empty(), Optional.empty()));
        running.clear();
    }

    private static Run run(Exchange exchange) {
        return exchange.getProperty(RUN, Run.class);
    }

    private static String property(Exchange exchange, String name) {
        return Optional.ofNullable(exchange.getProperty(name, String.class))
                .orElseThrow(() -> new SyncFailure.Bug("the exchange has no property " + name, null));
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").replace('-', '_').toLowerCase(Locale.ROOT);
    }
}
