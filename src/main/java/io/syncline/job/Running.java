package io.syncline.job;

import io.syncline.integration.Holds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which integrations run in this process, wait for it or are kept from it. Renews the leases of what runs, tells it what it was asked for, and
 * takes up what waits or was left by a dead process. Safe for use by many threads.
 */
final class Running implements AutoCloseable, Holds {

    private static final Logger LOG = LoggerFactory.getLogger(Running.class);
    private static final long LONGEST_HOLD_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long TAKE_UP_MILLIS = 1_000;
    private static final long MAKE_ROOM_MILLIS = 500;
    /** A database with room for what is written of a job, but not for its page, would have each page pulled every second. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Leases leases;
    private final Runnable hurryRetries;
    private final Turns turns;
    private final Duration timeout;
    private final Consumer<Thread> abort;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> beginning = ConcurrentHashMap.newKeySet();
    private final Set<String> notTaken = ConcurrentHashMap.newKeySet();
    private final Set<String> due = ConcurrentHashMap.newKeySet();
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Map<String, Long> restingSince = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syncline-leases");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean stopping;
    private volatile Consumer<Set<String>> asksForTurn = integrations -> {};

    /**
     * Nothing runs yet.
     *
     * @param hurryRetries lets those runs that are to end go on at once where they wait for a retry
     * @param turns where runs wait for their turn
     * @param timeout how long a run may take
     * @param abort breaks off the upstream call that a thread waits for
     */
    Running(Leases leases, Runnable hurryRetries, Turns turns, Duration timeout, Consumer<Thread> abort) {
        this.leases = leases;
        this.hurryRetries = hurryRetries;
        this.turns = turns;
        this.timeout = timeout;
        this.abort = abort;
        long period = Leases.LEASE.toMillis() / 4;
        again("the leases are renewed", this::renew, period, period);
        again("overdue jobs are ended", this::expire, period, period);
        again("what was not broken off is broken off", this::insist, period, period);
        again("room is made for jobs that wait", turns::makeRoom, MAKE_ROOM_MILLIS, MAKE_ROOM_MILLIS);
    }

    /** Does something again and again, also after it failed. */
    private void again(String what, Runnable task, long firstMillis, long everyMillis) {
        ScheduledFuture<?> unused = clockwork.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error failure) {
                        LOG.error("The step in which {} failed; it is tried again", what, failure);
                    }
                },
                firstMillis,
                everyMillis,
                TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to take up what waits.
     *
     * @param asks asks the integrations' routes for a turn
     */
    void start(Consumer<Set<String>> asks) {
        asksForTurn = asks;
        again("waiting jobs are taken up", this::takeUp, 0, TAKE_UP_MILLIS);
    }

    /** Whether an integration may run here now. */
    boolean admits(String integrationId) {
        return !stopping && !held.contains(integrationId) && !runs.containsKey(integrationId);
    }

    /** Notes that an integration waits for its turn; false if it does already. */
    boolean waits(String integrationId) {
        return waiting.add(integrationId);
    }

    /** A turn that was noted found no place in the queue: it is asked for again. */
    void isNotTaken(String integrationId) {
        waiting.remove(integrationId);
        notTaken.add(integrationId);
    }

    /**
     * The turn of an integration has come.
     *
     * @param begin begins its run; is told whether the turn is one by the schedule. Any other only takes up a job that waits, and none may by now
     */
    void turnCame(String integrationId, Consumer<Boolean> begin) {
        // Asked for again from now on, for what was asked for after this; but what begins is not to be taken up once
        // more.
        beginning.add(integrationId);
        waiting.remove(integrationId);
        try {
            begin.accept(due.remove(integrationId));
        } finally {
            beginning.remove(integrationId);
        }
    }

    /** A turn by the schedule has come: asks for it. */
    void due(String integrationId) {
        due.add(integrationId);
        askForTurn(integrationId);
    }

    /** Counts a run among those that run until it is removed, or its exchange comes to an end without that. */
    void add(Run run, Exchange exchange) {
        runs.put(run.lease().integrationId(), run);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                abandon(run);
            }
        });
    }

    /** Routes that are stopped in the middle of a run drop its exchange, and nobody is left who would end it. */
    private void abandon(Run run) {
        Lease lease = run.lease();
        if (runs.remove(lease.integrationId(), run)) {
            LOG.warn(
                    "{}: job {} was dropped by its routes; it goes on from its checkpoint",
                    lease.integrationId(),
                    lease.jobId());
            leases.finish(lease, Ending.of(JobStatus.QUEUED));
        }
    }

    void remove(Run run) {
        runs.remove(run.lease().integrationId(), run);
    }

    boolean runs(String integrationId) {
        return runs.containsKey(integrationId);
    }

    /** Whether a run that stops goes on later: it is not to end, but kept from running. */
    boolean keepsFromRunning(String integrationId) {
        return stopping || held.contains(integrationId);
    }

    /** Tells a job, if it runs here, what is asked of it. */
    void ask(String jobId, Asked asked) {
        runs.values().stream()
                .filter(run -> run.lease().jobId().equals(jobId))
                .forEach(run -> run.requestStop(asked, abort));
        hurry();
    }

    /** What a job has in hand is not to be written any more; false if it does not run here, or if that is so already. */
    boolean withdraw(String jobId) {
        return runs.values().stream()
                .filter(run -> run.lease().jobId().equals(jobId))
                .findAny()
                .map(Run::withdraw)
                .orElse(false);
    }

    /** Asks for the turn of an integration that has something to run. */
    void askForTurn(String integrationId) {
        asksForTurn.accept(Set.of(integrationId));
    }

    /** Lets go on at once what waits, for a retry or for its turn, and is not to go on working. */
    private void hurry() {
        hurryRetries.run();
        turns.letGo(exchange -> Sync.runOf(exchange)
                .map(Run::isToEnd)
                .orElseGet(() -> !admits(exchange.getProperty("integrationId", String.class))));
    }

    private void renew() {
        for (Run run : runs.values()) {
            try {
                leases.renew(run.lease()).ifPresent(asked -> run.requestStop(asked, abort));
                leases.log(run);
            } catch (LeaseLostException lost) {
                run.requestStop(Asked.STOP_NOW, abort);
            } catch (RuntimeException unreachable) {
                LOG.warn("{}: the lease cannot be renewed: {}", run.lease().integrationId(), unreachable.getMessage());
            }
        }
    }

    private void expire() {
        List<Run> overdue = runs.values().stream()
                .filter(run -> !run.isToEnd() && run.age().compareTo(timeout) > 0)
                .toList();
        overdue.forEach(run -> run.expire(abort));
        if (!overdue.isEmpty()) {
            hurry();
        }
    }

    /** What was to be broken off while it was not waiting yet, or did not let itself be. */
    private void insist() {
        runs.values().forEach(run -> run.insist(abort));
    }

    /** What waits of an integration is not taken up for a while. */
    void rests(String integrationId) {
        restingSince.put(integrationId, System.nanoTime());
    }

    private void takeUp() {
        restingSince.values().removeIf(since -> System.nanoTime() - since > REST_NANOS);
        notTaken.forEach(integrationId -> {
            notTaken.remove(integrationId);
            askForTurn(integrationId);
        });
        try {
            leases.waiting().stream()
                    .filter(integrationId -> !waiting.contains(integrationId)
                            && !beginning.contains(integrationId)
                            && !restingSince.containsKey(integrationId)
                            && admits(integrationId))
                    .forEach(this::askForTurn);
        } catch (RuntimeException unreachable) {
            LOG.debug("What waits cannot be told", unreachable);
        }
    }

    @Override
    public Hold hold(Set<String> integrationIds) {
        held.addAll(integrationIds);
        long deadline = System.nanoTime() + LONGEST_HOLD_NANOS;
        while (endRuns(integrationIds) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return () -> {
            held.removeAll(integrationIds);
            // A turn that they waited for may have gone with the routes.
            waiting.removeAll(integrationIds);
            due.addAll(integrationIds);
            asksForTurn.accept(integrationIds);
        };
    }

    /** Has the runs of integrations end after the page in hand; false if there is none. One that was beginning is one later. */
    private boolean endRuns(Set<String> integrationIds) {
        boolean begins = integrationIds.stream().anyMatch(beginning::contains);
        List<Run> ending =
                integrationIds.stream().map(runs::get).filter(Objects::nonNull).toList();
        ending.stream().filter(run -> !run.isToEnd()).forEach(run -> run.requestStop(Asked.STOP, abort));
        hurry();
        return begins || !ending.isEmpty();
    }

    /** Lets no run begin any more, and ends those that run after the page in hand. */
    void stop() {
        stopping = true;
        runs.values().forEach(run -> run.requestStop(Asked.STOP, abort));
        hurry();
    }

    /** Hands back what still runs: what it had in hand was not committed, and it goes on from its checkpoint. */
    @Override
    public void close() {
        stop();
        clockwork.shutdownNow();
        runs.values().forEach(run -> leases.finish(run.lease(), Ending.of(JobStatus.QUEUED)));
        runs.clear();
    }
}
