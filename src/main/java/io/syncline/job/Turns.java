package io.syncline.job;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The places in which jobs work, and the queue for them. Who waits holds no thread. A job works on for a while and then lets others go before, page by
 * page; one that waits for its upstream's patience gives its place back. Integrations whose upstream is slow to answer have at most half of the
 * places, so that many that hang do not keep others from theirs; the first time that one keeps others waiting, its call is broken off. Safe for use
 * by many threads.
 */
final class Turns implements AutoCloseable {

    /** From then on an upstream counts as slow. */
    static final Duration SLOW = Duration.ofSeconds(2);

    /** So long a job works on while others wait. */
    private static final Duration SLICE = Duration.ofSeconds(1);

    private static final String PLACE = "place";

    /** A place, held by one exchange. */
    private final class Place extends SynchronizationAdapter {

        private final String integrationId;
        private final boolean slow;
        private final long since = System.nanoTime();
        private volatile Optional<Run> run = Optional.empty();

        Place(String integrationId, boolean slow) {
            this.integrationId = integrationId;
            this.slow = slow;
        }

        boolean countsAsSlow() {
            return slow || keepsWaiting();
        }

        boolean keepsWaiting() {
            return run.map(job -> job.pullingFor().compareTo(SLOW) > 0).orElse(false);
        }

        @Override
        public void onDone(Exchange exchange) {
            giveBack(this);
        }
    }

    private record Waiting(String integrationId, boolean slow, Exchange exchange, Runnable goOn, long number) {}

    private final int places;
    private final int placesOfSlow;
    private final Set<Place> taken = new HashSet<>();
    private final Deque<Waiting> quick = new ArrayDeque<>();
    private final Deque<Waiting> slow = new ArrayDeque<>();
    private final Set<String> slowIntegrations = new HashSet<>();
    private final ExecutorService threads;
    private final Consumer<Run> breakOff;
    private long numbers;

    /**
     * All places are free.
     *
     * @param breakOff breaks off the upstream call of a run
     */
    Turns(int places, Consumer<Run> breakOff) {
        this.places = places;
        this.placesOfSlow = Math.max(1, places / 2);
        this.breakOff = breakOff;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "syncline-job-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, ended) -> task.run());
    }

    /**
     * Gets an exchange a place.
     *
     * @param goOn runs on another thread once it has one
     * @return true if it holds one already and may go on at once, and {@code goOn} is not run
     */
    boolean take(Exchange exchange, String integrationId, Optional<Run> run, Runnable goOn) {
        Place held = exchange.getProperty(PLACE, Place.class);
        synchronized (this) {
            if (held != null) {
                held.run = run;
                run.ifPresent(job -> learn(integrationId, job));
                boolean stays = System.nanoTime() - held.since < SLICE.toNanos() || !othersWait();
                if (stays && held.slow == slowIntegrations.contains(integrationId)) {
                    return true;
                }
                taken.remove(held);
                exchange.removeProperty(PLACE);
            }
            boolean isSlow = slowIntegrations.contains(integrationId);
            (isSlow ? slow : quick).add(new Waiting(integrationId, isSlow, exchange, goOn, numbers++));
        }
        distribute();
        return false;
    }

    private boolean othersWait() {
        return !quick.isEmpty() || !slow.isEmpty();
    }

    private void learn(String integrationId, Run run) {
        if (run.lastPull().compareTo(SLOW) > 0) {
            slowIntegrations.add(integrationId);
        } else {
            slowIntegrations.remove(integrationId);
        }
    }

    /** Takes an exchange's place away, if it has one, while it waits for something else. */
    void giveBack(Exchange exchange) {
        Place held = exchange.getProperty(PLACE, Place.class);
        if (held != null) {
            exchange.removeProperty(PLACE);
            giveBack(held);
        }
    }

    private void giveBack(Place place) {
        synchronized (this) {
            place.run.ifPresent(job -> learn(place.integrationId, job));
            if (!taken.remove(place)) {
                return;
            }
        }
        distribute();
    }

    private void distribute() {
        List<Waiting> next = new ArrayList<>();
        synchronized (this) {
            Optional<Deque<Waiting>> line = nextLine();
            while (line.isPresent()) {
                Waiting waiting = line.get().remove();
                Place place = new Place(waiting.integrationId, waiting.slow);
                place.run = Sync.runOf(waiting.exchange);
                taken.add(place);
                waiting.exchange.setProperty(PLACE, place);
                waiting.exchange.getExchangeExtension().addOnCompletion(place);
                next.add(waiting);
                line = nextLine();
            }
        }
        next.forEach(waiting -> threads.execute(waiting.goOn));
    }

    /** Of those that may have a place now, who waits longest. */
    private Optional<Deque<Waiting>> nextLine() {
        if (taken.size() >= places) {
            return Optional.empty();
        }
        boolean roomForSlow = taken.stream().filter(Place::countsAsSlow).count() < placesOfSlow;
        return (roomForSlow ? List.of(quick, slow) : List.of(quick))
                .stream().filter(line -> !line.isEmpty()).min(Comparator.comparingLong(line -> line.element().number));
    }

    /** Breaks off calls of upstreams that turned out slow and hold more than their share while others wait; to be called now and then. */
    void makeRoom() {
        List<Run> surplus = new ArrayList<>();
        synchronized (this) {
            if (quick.isEmpty() || taken.size() < places) {
                return;
            }
            List<Place> hanging = taken.stream().filter(Place::countsAsSlow).toList();
            hanging.stream()
                    .filter(place -> !place.slow)
                    .limit(Math.max(0, hanging.size() - placesOfSlow))
                    .forEach(place -> {
                        slowIntegrations.add(place.integrationId);
                        place.run.ifPresent(surplus::add);
                    });
        }
        surplus.forEach(breakOff);
    }

    /** Lets some of those that wait go on without a place, to find out that they are not to work. */
    void letGo(Predicate<Exchange> these) {
        List<Waiting> gone = new ArrayList<>();
        synchronized (this) {
            for (Deque<Waiting> line : List.of(quick, slow)) {
                for (Iterator<Waiting> all = line.iterator(); all.hasNext(); ) {
                    Waiting waiting = all.next();
                    if (these.test(waiting.exchange)) {
                        all.remove();
                        gone.add(waiting);
                    }
                }
            }
        }
        gone.forEach(waiting -> threads.execute(waiting.goOn));
    }

    /** How many go before an integration that waits for a place, and itself: 1 for the next; empty if it does not wait. */
    synchronized Optional<Integer> position(String integrationId) {
        return Optional.ofNullable(positions().get(integrationId));
    }

    /** The integrations whose jobs wait, each with its {@link #position}. */
    synchronized Map<String, Integer> positions() {
        Map<String, Integer> positions = new HashMap<>();
        for (Deque<Waiting> line : List.of(quick, slow)) {
            int position = 0;
            for (Waiting waiting : line) {
                position++;
                positions.putIfAbsent(waiting.integrationId, position);
            }
        }
        return positions;
    }

    /** The threads that jobs work on, as many as they need; what comes when they have ended is done by who brings it. */
    ExecutorService threads() {
        return threads;
    }

    /** How many jobs work. */
    synchronized int working() {
        return taken.size();
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
