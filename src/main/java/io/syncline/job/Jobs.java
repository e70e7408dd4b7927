package io.syncline.job;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Quarantine;
import io.syncline.integration.Budgets;
import io.syncline.integration.ErrorClass;
import io.syncline.integration.Failures;
import io.syncline.integration.Holds;
import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.KnownSecrets;
import io.syncline.integration.Normaliser;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * The room of jobs: which there are, what runs, and what is asked of it. Everything that is told is as the database has it, whichever process runs
 * a job. Safe for use by many threads.
 */
public final class Jobs implements AutoCloseable {

    private static final int MOST_ERRORS = 20;

    private final JobRows rows;
    private final Running running;
    private final Reports reports;
    private final RetryTimer retryTimer;
    private final Sync sync;
    private final JobCommands commands;
    private final Turns turns;
    private final TurnStep turn;
    private final Pauses pauses;
    private final Alerts alerts;
    private final Quarantine quarantine;
    private final Database database;

    private Jobs(
            JobRows rows,
            Running running,
            Reports reports,
            RetryTimer retryTimer,
            Sync sync,
            JobCommands commands,
            Turns turns,
            TurnStep turn,
            Pauses pauses,
            Alerts alerts,
            Quarantine quarantine,
            Database database) {
        this.rows = rows;
        this.running = running;
        this.reports = reports;
        this.retryTimer = retryTimer;
        this.sync = sync;
        this.commands = commands;
        this.turns = turns;
        this.turn = turn;
        this.pauses = pauses;
        this.alerts = alerts;
        this.quarantine = quarantine;
        this.database = database;
    }

    /**
     * Opens the room and begins to keep the leases of what runs.
     *
     * @param abort breaks off the upstream call that a thread waits for, if it does
     * @param integrations all that are configured
     * @param budgets what the upstreams' credentials still allow
     * @param limits what jobs may take
     */
    public static Jobs open(
            Database database,
            Changelog changelog,
            Normaliser normaliser,
            Failures failures,
            SyncListener listener,
            Consumer<Thread> abort,
            List<IntegrationSettings> integrations,
            KnownSecrets secrets,
            Budgets budgets,
            JobLimits limits,
            Clock clock) {
        JobRows rows = new JobRows(database);
        Leases leases = Leases.open(rows, database.dialect(), clock);
        RetryTimer retryTimer = new RetryTimer();
        Turns turns = new Turns(limits.concurrent(), run -> run.breakOffPull(abort));
        Running running = new Running(leases, () -> retryTimer.hurry(Run::isToEnd), turns, limits.timeout(), abort);
        LastSuccesses successes = new LastSuccesses(rows, database.dialect(), clock);
        Reports reports = new Reports(successes, secrets, clock);
        Pauses pauses = new Pauses(database, integrations, clock);
        Breakers breakers = new Breakers();
        Alerts alerts = new Alerts(secrets, clock);
        Sync sync = new Sync(
                leases,
                running,
                reports,
                pauses,
                breakers,
                alerts,
                changelog,
                normaliser,
                failures,
                listener,
                retryTimer,
                clock);
        JobCommands commands = new JobCommands(rows, leases, running, pauses, clock);
        TurnStep turn = new TurnStep(
                turns, List.of(breakers, exchange -> budget(budgets, exchange)), retryTimer, leases, clock);
        return new Jobs(
                rows,
                running,
                reports,
                retryTimer,
                sync,
                commands,
                turns,
                turn,
                pauses,
                alerts,
                changelog.quarantine(),
                database);
    }

    private static Optional<Patience.Wait> budget(Budgets budgets, Exchange exchange) {
        return budgets.waitBefore(exchange.getProperty("integrationId", String.class))
                .map(wait -> new Patience.Wait(
                        wait,
                        "the upstream takes no more requests with this credential for now",
                        "waiting_for_budget"));
    }

    /** Sets Quartz up for the database, in a context that has not started yet. */
    public void setUpClockwork(CamelContext context) {
        Clockwork.setUp(context, database);
    }

    /** The steps of a job, for the pipeline's routes. */
    public Sync sync() {
        return sync;
    }

    /** The step in which a job waits for its turn. */
    public AsyncProcessor turn() {
        return turn;
    }

    /** The step in which a job gives its place to others, until its next turn. */
    public Processor rest() {
        return turns::giveBack;
    }

    /**
     * How many jobs go before one that waits for its turn here, and itself: 1 for the next; empty if it does not, or first of all waits for its
     * integration's other job.
     */
    public Optional<Integer> position(Job job) {
        return Optional.of(job)
                .filter(queued -> queued.status() == JobStatus.QUEUED)
                .flatMap(queued -> current(queued.integrationId()))
                .filter(current -> current.id().equals(job.id()))
                .flatMap(waiting -> turns.position(waiting.integrationId()));
    }

    /** The integrations whose jobs wait for their turn here, each with its place in the queue, 1 for the next. */
    public Map<String, Integer> positions() {
        return turns.positions();
    }

    /** How many jobs work here. */
    public int working() {
        return turns.working();
    }

    /** What can be asked of jobs. */
    public JobCommands commands() {
        return commands;
    }

    /** The threads on which pages are appended while their jobs go on. */
    public ExecutorService threads() {
        return turns.threads();
    }

    /** Where retries wait. */
    public RetryTimer retryTimer() {
        return retryTimer;
    }

    /** Keeps integrations from running while their routes are replaced. */
    public Holds holds() {
        return running;
    }

    /**
     * Begins to take up what waits, what a dead process left among it.
     *
     * @param asksForTurn asks the routes of integrations for a turn
     * @param routes takes alerts to the route that tells of them
     */
    public void start(Consumer<Set<String>> asksForTurn, ProducerTemplate routes) {
        alerts.start(routes);
        running.start(asksForTurn);
    }

    /** A turn of an integration by its schedule has come. */
    public void due(String integrationId) {
        running.due(integrationId);
    }

    /** How the syncing of an integration stands. */
    public SyncState state(String integrationId) {
        SyncState state = reports.state(integrationId, running.runs(integrationId));
        return state.lastFailure().isPresent()
                ? state
                : new SyncState(
                        state.running(),
                        state.lastSuccess(),
                        pauses.last(integrationId)
                                .map(pause ->
                                        new SyncState.Failure(ErrorClass.AUTH, pause.reason(), Optional.empty())));
    }

    /**
     * Some jobs.
     *
     * @param jobs the newest first
     * @param total how many there are on all pages
     */
    public record Listed(List<Job> jobs, long total) {}

    /** The jobs that a query selects. */
    public Listed list(JobQuery query) {
        return rows.list(query);
    }

    /** The integrations that anything was ever synced for, whether or not they are configured still. */
    public Set<String> integrations() {
        return rows.integrations();
    }

    /** The job of an id, if it is of a visible integration; one of another takes as long to tell as one that is not there. */
    public Optional<Job> find(String jobId, Predicate<String> visible) {
        return rows.find(jobId, visible);
    }

    /** The newest lines of a job's log of at least that level, the oldest of them first. */
    public List<LogLine> log(String jobId, Optional<LogLine.Level> least, int limit) {
        return rows.reader().withHandle(handle -> JobLog.read(handle, jobId, least, limit));
    }

    /** What went wrong in a job: what ended it, and the newest of the records that it set aside and that still are. */
    public List<SyncState.Failure> errors(Job job) {
        Stream<SyncState.Failure> records = job.counts().quarantined() == 0
                ? Stream.empty()
                : quarantine
                        .page(new Quarantine.Selection(
                                Optional.of(Set.of(job.integrationId())),
                                Optional.empty(),
                                Optional.of(job.id()),
                                OptionalLong.empty(),
                                MOST_ERRORS))
                        .stream()
                        .map(kept -> reports.poison(job.integrationId(), kept.record()));
        return Stream.concat(job.failure().stream(), records).toList();
    }

    /** The job of an integration that runs, or else the one that waits. */
    public Optional<Job> current(String integrationId) {
        return rows.reader().withHandle(handle -> rows.number(handle, integrationId)
                .flatMap(no -> rows.newest(handle, no, EnumSet.of(JobStatus.RUNNING, JobStatus.STOPPING))
                        .or(() -> rows.newest(handle, no, EnumSet.of(JobStatus.QUEUED)))));
    }

    /** What has become of an integration's jobs, those forgotten since among them. */
    public History history(String integrationId) {
        return rows.history(integrationId);
    }

    /**
     * What has become of an integration's jobs.
     *
     * @param stopped whether its schedule was stopped by request
     * @param averageDuration of those completed; empty for none
     */
    public record History(boolean stopped, long jobs, long completed, long failed, Optional<Duration> averageDuration) {

        /** The part of those that ended by themselves that went well, in percent; empty for none. */
        public Optional<Double> successRate() {
            return completed + failed == 0
                    ? Optional.empty()
                    : Optional.of(Math.round(1_000.0 * completed / (completed + failed)) / 10.0);
        }
    }

    /** How long the integration's last job of that type took that went well. */
    public Optional<Duration> usualDuration(String integrationId, JobType type) {
        return rows.reader().withHandle(handle -> rows.number(handle, integrationId)
                .flatMap(no -> rows.lastCompleted(handle, no, type))
                .flatMap(job -> job.duration(job.createdAt())));
    }

    /** When a job of the integration last went well. */
    public Optional<Instant> lastCompleted(String integrationId) {
        return state(integrationId).lastSuccess();
    }

    /** Lets no run begin any more, and ends those that run after the page in hand. */
    public void stop() {
        running.stop();
    }

    /** Hands back what still runs, to go on from its checkpoint at the next start. */
    @Override
    public void close() {
        running.close();
        retryTimer.shutdownNow();
        turns.close();
        alerts.close();
    }
}
