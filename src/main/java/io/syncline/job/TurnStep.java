package io.syncline.job;

import io.syncline.job.Patience.Wait;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The routes' step in which a job waits for its turn: until its upstream may be asked again, and then until it has a place to work in. No thread waits
 * with it. Where a job is not to work any more it goes on at once, for the next step to say so. Safe for use by many threads.
 */
final class TurnStep extends AsyncProcessorSupport {

    private final Turns turns;
    private final List<Patience> patience;
    private final RetryTimer timer;
    private final Leases leases;
    private final Clock clock;

    TurnStep(Turns turns, List<Patience> patience, RetryTimer timer, Leases leases, Clock clock) {
        this.turns = turns;
        this.patience = List.copyOf(patience);
        this.timer = timer;
        this.leases = leases;
        this.clock = clock;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (goesOn(exchange, callback)) {
            callback.done(true);
            return true;
        }
        return false;
    }

    /** Whether it may go on at once; else the callback is called later. */
    private boolean goesOn(Exchange exchange, AsyncCallback callback) {
        Optional<Run> run = Sync.runOf(exchange);
        if (run.map(Run::isToEnd).orElse(false)) {
            return true;
        }
        String integrationId = exchange.getProperty("integrationId", String.class);
        Optional<Wait> wait = run.flatMap(begun -> first(exchange));
        if (wait.isPresent()) {
            turns.giveBack(exchange);
            tell(run.get(), wait.get());
            return !waits(run.get(), wait.get(), () -> {
                if (goesOn(exchange, callback)) {
                    callback.done(false);
                }
            });
        }
        return turns.take(exchange, integrationId, run, () -> callback.done(false));
    }

    private Optional<Wait> first(Exchange exchange) {
        return patience.stream()
                .map(reason -> reason.before(exchange))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private void tell(Run run, Wait wait) {
        Progress progress = run.progress();
        if (!progress.stage().equals(wait.stage()) && progress.isDue(wait.stage(), clock.instant())) {
            run.log(LogLine.Level.INFO, "waits: " + wait.reason());
            leases.report(run);
        }
    }

    private boolean waits(Run run, Wait wait, Runnable afterwards) {
        try {
            timer.belongsTo(run);
            ScheduledFuture<?> unused =
                    timer.schedule(afterwards, Math.max(1, wait.atMost().toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException stopping) {
            return false;
        }
    }
}
