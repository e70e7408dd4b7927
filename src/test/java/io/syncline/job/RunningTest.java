package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.integration.Holds;
import io.syncline.operations.TestClock;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done beside the runs of jobs, and what becomes of those whose routes are taken from under them. */
final class RunningTest {

    /** The common pool may have one thread alone, and these wait for each other. */
    private static final Executor ITS_OWN_THREAD = task -> new Thread(task).start();

    private final TestClock clock = new TestClock();
    private final AtomicInteger aborts = new AtomicInteger();
    private final Turns turns = new Turns(1, run -> {});
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private JobRows rows;
    private Leases leases;
    private Running running;

    @BeforeEach
    void open() {
        rows = new JobRows(SharedDatabase.empty(Database.Dialect.SQLITE));
        leases = Leases.open(rows, Database.Dialect.SQLITE, clock);
        start(Duration.ofHours(1), thread -> aborts.incrementAndGet());
    }

    private void start(Duration timeout, Consumer<Thread> abort) {
        running = new Running(leases, () -> {}, turns, timeout, abort);
    }

    @AfterEach
    void close() {
        running.close();
        turns.close();
    }

    @Test
    void holdsAlsoARunThatWasBeginningByThen() throws Exception {
        Run run = run();
        CountDownLatch begins = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Void> turn = CompletableFuture.runAsync(
                () -> running.turnCame("acme", due -> {
                    begins.countDown();
                    await(held);
                    running.add(run, exchange);
                }),
                ITS_OWN_THREAD);
        await(begins);

        CompletableFuture<Holds.Hold> hold =
                CompletableFuture.supplyAsync(() -> running.hold(Set.of("acme")), ITS_OWN_THREAD);
        Waiting.until("the hold", () -> Optional.of(running.admits("acme")).filter(admitted -> !admitted));
        held.countDown();
        turn.join();
        Waiting.until(
                "the run to be asked to end", () -> Optional.of(run.isToEnd()).filter(asked -> asked));
        assertThat(hold).isNotDone();
        running.remove(run);

        hold.join().close();
        assertThat(running.admits("acme")).isTrue();
    }

    @Test
    void handsBackWhatItsRoutesDrop() {
        Run run = run();
        running.add(run, exchange);

        UnitOfWorkHelper.doneSynchronizations(
                exchange, exchange.getExchangeExtension().handoverCompletions());

        assertThat(running.admits("acme")).isTrue();
        JobStatus status = rows.jdbi()
                .withHandle(handle ->
                        rows.find(handle, run.lease().jobId()).orElseThrow().status());
        assertThat(status).isEqualTo(JobStatus.QUEUED);
    }

    @Test
    void goesOnRenewingLeasesWhenAStepBesideItFails() {
        running.close();
        start(Duration.ZERO, thread -> {
            aborts.incrementAndGet();
            throw new IllegalStateException("cannot be broken off");
        });
        Run run = run();
        run.pulls();
        running.add(run, exchange);
        clock.pass(Duration.ofSeconds(1));
        long before = leaseEnds();

        // It is overdue at once, and each time that it is broken off fails.
        Waiting.until("several failures", () -> Optional.of(aborts.get()).filter(failures -> failures > 2));

        Waiting.until("a renewed lease", () -> Optional.of(leaseEnds()).filter(now -> now > before));
        assertThat(run.isExpired()).isTrue();
    }

    @Test
    void breaksOffAgainWhatBeganToWaitAfterItWasStopped() {
        Run run = run();
        running.add(run, exchange);
        run.requestStop(Asked.STOP_NOW, thread -> aborts.incrementAndGet());
        assertThat(aborts).hasValue(0);

        run.pulls();

        Waiting.until("it to be broken off", () -> Optional.of(aborts.get()).filter(count -> count > 0));
    }

    @Test
    void asksAgainForATurnThatWasNotTaken() throws InterruptedException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        running.start(asked::addAll);

        running.due("acme");
        assertThat(asked.take()).isEqualTo("acme");
        assertThat(running.waits("acme")).isTrue();
        running.isNotTaken("acme");

        assertThat(asked.take()).isEqualTo("acme");
        assertThat(running.waits("acme")).isTrue();
        running.turnCame("acme", due -> assertThat(due).isTrue());
    }

    private long leaseEnds() {
        return rows.jdbi().withHandle(handle -> handle.createQuery("SELECT expires_at FROM lease")
                .mapTo(Long.class)
                .one());
    }

    private Run run() {
        Progress progress = new Progress(Set.of(), Map.of(), 0, OptionalLong.empty(), clock.instant());
        return new Run(
                leases.begin("acme", true, 0).orElseThrow(),
                "any",
                List.of(),
                stream -> Optional.empty(),
                progress,
                clock);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
