package io.syncline.job;

import io.syncline.integration.SyncFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The pages of one run between the thread that pulls them and the one that appends them, in order. While pages are appended a few more are pulled, and
 * those that wait by then are appended together, in one transaction: what a commit costs, they share. One thread may pull and one append at a
 * time.
 */
final class HandOver {

    /** Fewer that are lost when the process is killed, and pulled again; more would hardly make a commit cheaper. */
    private static final int MOST_PAGES = 16;

    /** Of snapshots, in bytes; beyond it a page waits alone. One that is not read has none yet. */
    private static final long MOST_BYTES = 4 * 1024 * 1024;

    /** Beginning to append takes a thread and no more, so it does not begin for want of the route that does it. */
    private static final Duration LONGEST_TO_BEGIN = Duration.ofSeconds(60);

    private final Duration longestToBegin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Deque<PageInHand> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean appending;
    /** Whether pages are taken since the appending was to begin. */
    private boolean begun;

    /** When the appending was to begin, by {@link System#nanoTime()}. */
    private long toBeginSince;

    private Optional<Throwable> failure = Optional.empty();

    HandOver() {
        this(LONGEST_TO_BEGIN);
    }

    /** @param longestToBegin how long the appending may take to begin before it is said to have failed */
    HandOver(Duration longestToBegin) {
        this.longestToBegin = longestToBegin;
    }

    /** Waits while something holds, which ends with the appending at the latest, and with that if it does not begin. */
    private void awaitWhile(BooleanSupplier holds) {
        boolean interrupted = false;
        while (holds.getAsBoolean()) {
            if (begun) {
                moved.awaitUninterruptibly();
                continue;
            }
            long left = toBeginSince + longestToBegin.toNanos() - System.nanoTime();
            if (left <= 0) {
                end(notBegun());
            } else {
                try {
                    moved.awaitNanos(left);
                } catch (InterruptedException late) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            // It is for whoever waits for something that may be broken off.
            Thread.currentThread().interrupt();
        }
    }

    private SyncFailure notBegun() {
        return new SyncFailure.Bug(
                "what was pulled was not appended, since nothing began to within " + longestToBegin.toSeconds()
                        + " s: in routes/pipeline.camel.yaml, the route append must be there, begin with direct:append"
                        + " and call appendAside of the bean sync",
                null);
    }

    private void end(Throwable why) {
        failure = Optional.of(why);
        waiting.clear();
        bytes = 0;
        appending = false;
        moved.signalAll();
    }

    /** Waits until there is room for a page, or until one could not be appended. */
    private void awaitRoom(PageInHand page) {
        awaitWhile(() -> failure.isEmpty()
                && !waiting.isEmpty()
                && (waiting.size() == MOST_PAGES || bytes + page.bytes() > MOST_BYTES));
    }

    /** Whether a page waits already, so that who pulls has more time than who appends. */
    boolean isBehind() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands a page on, once there is room for it.
     *
     * @return whether a thread is to begin to append, which is to take pages until there is none; false where one is at it
     * @throws Exception what kept a page before from being appended; then this one is dropped
     */
    boolean add(PageInHand page) throws Exception {
        lock.lock();
        try {
            awaitRoom(page);
            if (failure.isPresent()) {
                throw thrown(failure.get());
            }
            waiting.add(page);
            bytes += page.bytes();
            boolean begins = !appending;
            if (begins) {
                appending = true;
                begun = false;
                toBeginSince = System.nanoTime();
            }
            return begins;
        } finally {
            lock.unlock();
        }
    }

    private static Exception thrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (Exception) failure;
    }

    /**
     * What is to be appended next, read, as one page: those that wait and go together. Empty when none does, and then the appending is over. Throws what keeps a
     * page from being read.
     */
    Optional<PageInHand> take() {
        return takeFirst().map(this::withWhatWaits);
    }

    private Optional<PageInHand> takeFirst() {
        lock.lock();
        try {
            begun = true;
            PageInHand first = waiting.poll();
            if (first == null) {
                appending = false;
            } else {
                bytes -= first.bytes();
            }
            moved.signalAll();
            return Optional.ofNullable(first);
        } finally {
            lock.unlock();
        }
    }

    private PageInHand withWhatWaits(PageInHand first) {
        PageInHand taken = first;
        taken.page();
        lock.lock();
        try {
            while (taken.pages() < MOST_PAGES && !waiting.isEmpty() && taken.goesTogetherWith(waiting.peek())) {
                PageInHand next = waiting.remove();
                bytes -= next.bytes();
                taken = taken.followedBy(next);
            }
            moved.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** What was taken last could not be appended; what comes after it is dropped, and the appending is over. */
    void failed(Throwable why) {
        lock.lock();
        try {
            end(why);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that was handed on is appended.
     *
     * @throws Exception why it could not be
     */
    void awaitAppended() throws Exception {
        Optional<Throwable> why = settled();
        if (why.isPresent()) {
            throw thrown(why.get());
        }
    }

    /**
     * Waits until nothing is appended any more.
     *
     * @return why not all was
     */
    Optional<Throwable> settled() {
        lock.lock();
        try {
            awaitWhile(() -> appending);
            return failure;
        } finally {
            lock.unlock();
        }
    }
}
