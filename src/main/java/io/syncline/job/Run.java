package io.syncline.job;

import io.syncline.changelog.Pass;
import io.syncline.integration.PulledPage;
import io.syncline.integration.SyncFailure;
import io.syncline.integration.UnreadPage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One job while it runs: goes through an integration's streams, and through each stream's pages until the upstream has no more. One
 * thread at a time moves it on, another may append the pages before meanwhile; any may ask it to stop.
 */
final class Run {

    /** Lines that wait to be written; a page that fails again and again must not fill the memory. */
    private static final int MOST_LINES = JobLog.KEPT;

    private final Lease lease;
    private final String source;
    private final List<String> streams;
    private final Function<String, Optional<String>> checkpoints;
    private final Set<String> seen = new HashSet<>();
    private final Clock clock;
    private final Progress progress;
    private final List<LogLine> lines = new ArrayList<>();
    private volatile Asked asked;
    private volatile boolean withdrawn;
    private Thread pulling;
    private long pullingSince;
    private Duration lastPull = Duration.ZERO;
    private boolean brokenOff;
    private volatile boolean expired;
    private final long begunAt = System.nanoTime();
    private int stream = -1;
    private boolean more;
    private boolean repeated;
    private Optional<String> checkpoint = Optional.empty();
    private final HandOver handOver = new HandOver();

    /**
     * A run that begins.
     *
     * @param streams those that are still to be pulled
     * @param checkpoints where a stream stands
     */
    Run(
            Lease lease,
            String source,
            List<String> streams,
            Function<String, Optional<String>> checkpoints,
            Progress progress,
            Clock clock) {
        this.lease = lease;
        this.source = source;
        this.streams = streams;
        this.checkpoints = checkpoints;
        this.progress = progress;
        this.clock = clock;
    }

    Lease lease() {
        return lease;
    }

    String source() {
        return source;
    }

    Progress progress() {
        return progress;
    }

    String stream() {
        return stream < 0 ? "" : streams.get(stream);
    }

    /** What the page to be pulled comes after; empty for the stream's beginning. */
    Optional<String> checkpoint() {
        return checkpoint;
    }

    /** Whether the job pulls everything from the beginning, and so what a page in hand is for it. */
    Optional<Pass> pass(PulledPage page) {
        JobType type = lease.job().type();
        return type.fromTheBeginning()
                ? Optional.of(new Pass(type == JobType.FULL, !page.hasMore(), page.total()))
                : Optional.empty();
    }

    /**
     * Ends the run as asked.
     *
     * @param abort breaks off what a thread waits for; used where the run is not to wait for its upstream
     */
    synchronized void requestStop(Asked what, Consumer<Thread> abort) {
        asked = what;
        if (what == Asked.STOP_NOW && pulling != null) {
            abort.accept(pulling);
        }
    }

    /** From now on this thread waits for the upstream. */
    synchronized void pulls() {
        pulling = Thread.currentThread();
        pullingSince = System.nanoTime();
        brokenOff = false;
    }

    /** The thread has its answer, or none. */
    synchronized void pulled() {
        if (pulling != null) {
            lastPull = pullingFor();
            pulling = null;
        }
    }

    /** How long it waits for its upstream by now; none while it does not. */
    synchronized Duration pullingFor() {
        return pulling == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - pullingSince);
    }

    /** How long it waited for its upstream the last time. */
    synchronized Duration lastPull() {
        return lastPull;
    }

    /** Breaks off what it waits for, so that others have the place; it is asked for again. */
    synchronized void breakOffPull(Consumer<Thread> abort) {
        if (pulling != null) {
            brokenOff = true;
            abort.accept(pulling);
        }
    }

    synchronized boolean isBrokenOff() {
        return brokenOff;
    }

    /** Its time is over: it ends before its next page. */
    synchronized void expire(Consumer<Thread> abort) {
        expired = true;
        if (pulling != null) {
            abort.accept(pulling);
        }
    }

    /** Breaks off what it waits for once more, if it is to end at once and waits all the same. */
    synchronized void insist(Consumer<Thread> abort) {
        if (pulling != null && (expired || asked == Asked.STOP_NOW)) {
            abort.accept(pulling);
        }
    }

    boolean isExpired() {
        return expired;
    }

    /** How long it runs here by now, its waits among it. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begunAt);
    }

    /** Whether it is not to pull any more. */
    boolean isToEnd() {
        return asked != null || expired;
    }

    /**
     * From now on no page is written any more, not even one that is being written.
     *
     * @return false if that is so already
     */
    synchronized boolean withdraw() {
        boolean first = !withdrawn;
        withdrawn = true;
        return first;
    }

    /**
     * Comes before a page is written, and again before that is final.
     *
     * @throws SyncFailure.Stopped if it is not to be
     */
    void stillWants() {
        if (withdrawn || asked == Asked.STOP_NOW) {
            throw new SyncFailure.Stopped();
        }
    }

    boolean stopRequested() {
        return asked != null;
    }

    /** Adds a line to the job's log, which is written before long, and at the end at the latest. */
    synchronized void log(LogLine.Level level, String message) {
        if (lines.size() < MOST_LINES) {
            lines.add(new LogLine(clock.instant(), level, message));
        }
    }

    /** The lines that are not written yet, which now count as written. */
    synchronized List<LogLine> takeLines() {
        List<LogLine> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /** Whether there is a page to be pulled; false also when a stop was asked for. */
    boolean hasNext() {
        return asked == null && (more || stream + 1 < streams.size());
    }

    /**
     * Moves on to the next page to be pulled.
     *
     * @throws SyncFailure.Schema if the upstream would be asked for the same page again
     */
    void next() {
        if (!more) {
            stream++;
            checkpoint = checkpoints.apply(stream());
            seen.clear();
            checkpoint.ifPresent(seen::add);
            more = true;
        } else if (repeated) {
            throw new SyncFailure.Schema(
                    "stream " + stream() + ": the upstream has more but gave "
                            + (checkpoint.isEmpty()
                                    ? "no cursor to go on from"
                                    : "a cursor that it gave before in this run, so it would be asked for the same for ever;"
                                            + " what it gave is kept"),
                    null);
        }
    }

    /**
     * Moves on behind a page that was pulled: what comes next is what comes after it.
     *
     * @return whether the page has anything that must be written
     */
    boolean passes(UnreadPage page) {
        boolean changes = lease.job().type().fromTheBeginning()
                || !page.isEmpty()
                || (page.checkpoint().isPresent() && !page.checkpoint().equals(checkpoint));
        more = page.hasMore();
        page.checkpoint().ifPresent(after -> checkpoint = Optional.of(after));
        repeated = page.checkpoint().map(after -> !seen.add(after)).orElse(true);
        return changes;
    }

    /** Its pages on the way to being appended beside it. */
    HandOver handOver() {
        return handOver;
    }
}
