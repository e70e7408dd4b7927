package io.syncline.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.PassPosition;
import io.syncline.integration.Failures;
import io.syncline.integration.Normaliser;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import io.syncline.integration.UnreadPage;
import io.syncline.storage.Outage;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a sync job as the pipeline's routes call them, on an exchange that carries the properties {@code integrationId},
 * {@code source} and {@code streams}. A step gives the next page to pull in the properties {@code stream} and {@code checkpoint}. Safe for
 * use by many threads, each exchange by one at a time; a page may be appended on an exchange of its own while the next one is pulled.
 */
public final class Sync {

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
    /** The property of an exchange that holds its run. */
    static final String RUN = "run";

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private final Leases leases;
    private final Running running;
    private final Pauses pauses;
    private final Breakers breakers;
    private final Alerts alerts;
    private final Changelog changelog;
    private final Normaliser normaliser;
    private final Failures failures;
    private final Appends appends;
    private final RunEnds ends;
    private final RetryTimer retryTimer;
    private final Clock clock;
    private final Map<String, String> notBegun = new ConcurrentHashMap<>();

    Sync(
            Leases leases,
            Running running,
            Reports reports,
            Pauses pauses,
            Breakers breakers,
            Alerts alerts,
            Changelog changelog,
            Normaliser normaliser,
            Failures failures,
            SyncListener listener,
            RetryTimer retryTimer,
            Clock clock) {
        this.leases = leases;
        this.running = running;
        this.pauses = pauses;
        this.breakers = breakers;
        this.alerts = alerts;
        this.changelog = changelog;
        this.normaliser = normaliser;
        this.failures = failures;
        this.appends = new Appends(changelog, reports, listener);
        this.ends = new RunEnds(
                leases, running, reports, pauses, alerts, changelog, failures, new Sweep(changelog, listener), clock);
        this.retryTimer = retryTimer;
        this.clock = clock;
    }

    /** Asks for a run of an integration; false if one waits or runs already, or the integration pauses. */
    public boolean request(String integrationId) {
        return running.admits(integrationId) && !pauses.isPaused(integrationId) && running.waits(integrationId);
    }

    /** What was asked for was not taken by the pipeline, whose queue is full: it is asked for again. */
    public void notTaken(String integrationId) {
        LOG.warn("{}: no room in the pipeline's queue; its turn is asked for again", integrationId);
        running.isNotTaken(integrationId);
    }

    /** Begins the run that was asked for; without one, the exchange's route stops. */
    public void begin(Exchange exchange) {
        String integrationId = property(exchange, "integrationId");
        running.turnCame(integrationId, due -> begin(exchange, integrationId, due));
    }

    private void begin(Exchange exchange, String integrationId, boolean due) {
        Optional<Lease> lease = running.admits(integrationId) && !pauses.isPaused(integrationId)
                ? leases.begin(integrationId, due, changelog.head())
                : Optional.empty();
        if (lease.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        notBegun.remove(integrationId);
        lease.get()
                .resumed()
                .ifPresent(why ->
                        LOG.info("{}: job {} {}", integrationId, lease.get().jobId(), why));
        Run run = run(
                lease.get(),
                property(exchange, "source"),
                List.of(COMMA.split(property(exchange, "streams").strip())));
        running.add(run, exchange);
        exchange.setProperty(RUN, run);
        exchange.setProperty("syncType", lease.get().job().type().text());
        lease.get().job().options().named().forEach(exchange::setProperty);
    }

    private Run run(Lease lease, String source, List<String> streams) {
        Job job = lease.job();
        if (!job.type().fromTheBeginning()) {
            Progress progress = new Progress(
                    Set.copyOf(streams), Map.of(), job.counts().processed(), OptionalLong.empty(), clock.instant());
            return new Run(
                    lease,
                    source,
                    streams,
                    stream -> changelog.checkpoint(lease.integrationId(), stream),
                    progress,
                    clock);
        }
        Map<String, PassPosition> positions = changelog.passes().positions(job.id());
        Selection selection = Selection.of(job.options());
        Set<String> types = normaliser.entityTypes(source);
        List<String> wanted = streams.stream()
                .filter(stream -> selection.takesStream(stream, types))
                .toList();
        Progress progress = new Progress(
                Set.copyOf(wanted),
                positions,
                job.counts().processed(),
                job.type() == JobType.FULL
                        ? OptionalLong.of(changelog.livingCount(lease.integrationId()))
                        : OptionalLong.empty(),
                clock.instant());
        return new Run(
                lease,
                source,
                wanted.stream()
                        .filter(stream -> !position(positions, stream).drained())
                        .toList(),
                stream -> position(positions, stream).checkpoint(),
                progress,
                clock);
    }

    private static PassPosition position(Map<String, PassPosition> positions, String stream) {
        return positions.getOrDefault(stream, PassPosition.START);
    }

    /** Whether there is a page to pull; without it the run is at its end. */
    public boolean hasNext(Exchange exchange) {
        return run(exchange).hasNext();
    }

    /** Moves on to the next page to pull. */
    public void next(Exchange exchange) {
        Run run = run(exchange);
        String before = exchange.getProperty("stream", String.class);
        run.next();
        if (run.lease().job().type().fromTheBeginning() && !run.stream().equals(before)) {
            exchange.setProperty(
                    "standing",
                    changelog
                            .checkpoint(run.lease().integrationId(), run.stream())
                            .orElse(null));
        }
        exchange.setProperty("stream", run.stream());
        exchange.setProperty("checkpoint", run.checkpoint().orElse(null));
        exchange.getMessage().setBody(null);
    }

    /**
     * Comes before a page is pulled, also after the wait for a retry: a run that was asked to stop pulls no more.
     *
     * @throws SyncFailure.Stopped if it was
     */
    public void pull(Exchange exchange) {
        Run run = run(exchange);
        run.pulls();
        if (run.stopRequested()) {
            throw new SyncFailure.Stopped();
        }
        if (run.isExpired()) {
            throw new SyncFailure.Overdue(run.age());
        }
    }

    /**
     * Says why a page could not be pulled.
     *
     * @throws SyncFailure always: by its class, or as stopped if the run was asked to, for then it is not tried again
     */
    public void notPulled(Exchange exchange) {
        Run run = run(exchange);
        run.pulled();
        retryTimer.belongsTo(run);
        if (run.stopRequested()) {
            throw new SyncFailure.Stopped();
        }
        if (run.isExpired()) {
            throw new SyncFailure.Overdue(run.age());
        }
        if (run.isBrokenOff()) {
            throw new SyncFailure.Transient(
                    "the upstream had not answered after " + Turns.SLOW.toSeconds()
                            + " s while other integrations waited; it is asked again among those that are slow",
                    null);
        }
        SyncFailure failure = failures.pulling(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        if (breakers.hasOpened(exchange)) {
            alerts.raise(
                    Alerts.Kind.BREAKER_OPENED,
                    run.lease().integrationId(),
                    run.lease().jobId(),
                    "the circuit breaker has opened after repeated failures, the last: " + failure.getMessage());
        }
        throw failure;
    }

    /** Takes the page that the source's route gave, to be read by its entity types. */
    public void normalise(Exchange exchange) {
        Run run = run(exchange);
        run.pulled();
        Object body = exchange.getMessage().getBody();
        if (!(body instanceof JsonNode json)) {
            throw new SyncFailure.Schema(
                    "the route of the source " + run.source() + " must give JSON, but gave "
                            + (body == null ? "nothing" : body.getClass().getSimpleName()),
                    null);
        }
        UnreadPage page = normaliser.open(run.source(), json);
        String stream = run.stream();
        JobOptions options = run.lease().job().options();
        PageInHand inHand = PageInHand.unread(stream, run.passes(page), () -> read(page, stream, options));
        exchange.getMessage().setBody(inHand);
        report(run, inHand);
    }

    private static PulledPage read(UnreadPage unread, String stream, JobOptions options) {
        PulledPage page = unread.read();
        if (page.mostlyUnreadable()) {
            throw new SyncFailure.Schema(
                    "stream " + stream + ": " + page.quarantined().size() + " of "
                            + (page.quarantined().size() + page.observed().size())
                            + " records of a page cannot be read, so none of it was taken; the first: "
                            + page.quarantined().get(0).reason(),
                    null,
                    page.quarantined().get(0));
        }
        return options.selects() ? Selection.of(options).of(page) : page;
    }

    private void report(Run run, PageInHand inHand) {
        if (inHand.changes() && run.progress().isDue("syncing_" + snakeCase(inHand.stream()), clock.instant())) {
            run.progress().told(inHand.stream(), clock.instant()).ifPresent(line -> run.log(LogLine.Level.INFO, line));
            leases.report(run);
        }
    }

    /**
     * Hands a page on to be appended aside, while the run goes on; waits while many are. Where it would not be appended at once it is read before, and
     * else by the thread that appends: so each of the two has about as much to do, whichever of pulling and appending takes longer.
     *
     * @return whether the appending is to begin, by {@link #appendAside} on an exchange of its own; false where it goes on still
     * @throws Exception what kept a page before from being appended
     */
    public boolean handOn(Exchange exchange) throws Exception {
        HandOver handOver = run(exchange).handOver();
        PageInHand inHand = exchange.getMessage().getBody(PageInHand.class);
        if (handOver.isBehind()) {
            inHand.page();
        }
        return handOver.add(inHand);
    }

    /** Appends the pages that were handed on, until none is left; what keeps one from it ends the run. */
    public void appendAside(Exchange exchange) {
        appends.aside(run(exchange));
    }

    /**
     * Appends the page in one transaction with its checkpoint.
     *
     * @throws SyncFailure.Stopped if the run was asked to end without it
     */
    public void append(Exchange exchange) {
        appends.append(run(exchange), exchange.getMessage().getBody(PageInHand.class));
    }

    /**
     * Ends a run whose streams are drained, or that was asked to stop.
     *
     * @throws Exception what kept its last page from being appended
     */
    public void complete(Exchange exchange) throws Exception {
        Run run = run(exchange);
        run.handOver().awaitAppended();
        ends.complete(run);
    }

    /** Ends a run by what it failed with, as the failure's class asks. */
    public void fail(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        runOf(exchange)
                .ifPresentOrElse(
                        run -> ends.fail(
                                run,
                                // The pages before are appended, or failed, before anything that came after them.
                                run.handOver().settled().orElse(caught),
                                Optional.ofNullable(exchange.getProperty(Retries.LAST_FAILURE, String.class))),
                        () -> tellNotBegun(
                                property(exchange, "integrationId"),
                                Outage.in(caught).orElseGet(() -> failures.classify(caught)
                                        .getMessage())));
    }

    /** Once while it stays the same, for it is tried again every second. */
    private void tellNotBegun(String integrationId, String why) {
        if (!why.equals(notBegun.put(integrationId, why))) {
            LOG.warn("{}: no job could begin, which is tried again: {}", integrationId, why);
        }
    }

    /** The run that an exchange carries; empty before it has begun. */
    static Optional<Run> runOf(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(RUN, Run.class));
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
