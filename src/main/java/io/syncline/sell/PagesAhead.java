package io.syncline.sell;

import io.syncline.changelog.View;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Makes the pages that come next while the client is busy with the one before, and keeps them until they are asked for. One is given out only if
 * nothing that it was made of has changed since. Bounded, so that clients who go away cost little. Safe for use by many threads.
 */
final class PagesAhead {

    /** Batches kept at a time. */
    private static final int MOST = 32;
    /** A larger page is made when it is asked for, and a batch is to have as many bytes at most, as far as that is known. */
    private static final int MOST_BYTES = 1024 * 1024;
    /** Items and pages of a batch of more than one page: more of them at once would save little, and keep who asks for the first waiting. */
    private static final int ITEMS = 1_000;

    private static final int PAGES = 4;
    /** So that the next ones are ready when these have been given out. */
    private static final int FEW = 2;
    /** An older page is not given out, for another node may have changed what is on it, and makes room for others. */
    static final Duration KEPT = Duration.ofSeconds(5);

    private final PageMaker maker;
    private final Devices devices;
    private final int pageSize;
    private final Executor executor;
    private final Clock clock;
    /** In the order in which they were begun; one of which no page is left in its session only takes room. Guarded by itself. */
    private final Set<PageBatch> kept = new LinkedHashSet<>();

    /** @param executor may drop what it is given to do */
    PagesAhead(PageMaker maker, Devices devices, int pageSize, Executor executor, Clock clock) {
        this.maker = maker;
        this.devices = devices;
        this.pageSize = pageSize;
        this.executor = executor;
        this.clock = clock;
    }

    /**
     * Begins to make a session's next pages, if there are any, and room for them, and if few are made or being made already.
     *
     * @param bytes of the page before, which tell how large the next ones are
     */
    void begin(View view, ServedTypes types, Session session, int bytes) {
        if (bytes > MOST_BYTES || !hasRoom()) {
            return;
        }
        int pages = Math.max(1, Math.min(Math.min(PAGES, ITEMS / pageSize), MOST_BYTES / Math.max(1, bytes)));
        // Now and not when a thread comes to it, so that the next acknowledgement stores what comes after it.
        devices.taking(session, state -> take(view, types, session, pages, state))
                .ifPresent(batch -> executor.execute(batch.task()));
    }

    private Optional<PageBatch> take(View view, ServedTypes types, Session session, int pages, DeviceState state) {
        if (session.pagesAhead() >= FEW) {
            return Optional.empty();
        }
        List<long[]> taken = session.takePages(state.unacknowledged(), pageSize, pages);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        PageBatch batch = new PageBatch(session, clock.millis(), taken, begun -> make(view, types, begun));
        session.makes(batch.pages());
        synchronized (kept) {
            kept.add(batch);
        }
        return Optional.of(batch);
    }

    private List<Optional<MadePage>> make(View view, ServedTypes types, PageBatch batch) {
        List<MadePage> made = List.of();
        try {
            made = maker.make(view, types, batch.taken(), batch.session.newestAt());
        } finally {
            if (made.isEmpty()) {
                giveBack(batch.session, batch.pages());
            }
        }
        List<Optional<MadePage>> usable = new ArrayList<>();
        for (int at = 0; at < made.size(); at++) {
            boolean fits = made.get(at).page().size() <= MOST_BYTES;
            if (!fits) {
                giveBack(batch.session, batch.pages().subList(at, at + 1));
            }
            usable.add(fits ? Optional.of(made.get(at)) : Optional.empty());
        }
        return usable;
    }

    /** A session's next page, if it has been made and can be given out as it is. It is then nobody else's. */
    Optional<MadePage> claim(View view, ServedTypes types, Session session) {
        Optional<PageAhead> claimed = devices.reading(session.device(), state -> session.claim(state.unacknowledged()))
                .orElse(Optional.empty());
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        PageAhead ahead = claimed.get();
        if (isLast(ahead)) {
            drop(ahead.batch);
        }
        Optional<MadePage> made = ahead.made();
        if (made.isPresent() && (isOld(ahead.batch) || !made.get().origin().equals(maker.origin(view, types)))) {
            giveBack(session, List.of(ahead));
            giveBackRest(ahead.batch);
            return Optional.empty();
        }
        return made;
    }

    private static boolean isLast(PageAhead page) {
        List<PageAhead> pages = page.batch.pages();
        return pages.get(pages.size() - 1) == page;
    }

    private void drop(PageBatch batch) {
        synchronized (kept) {
            kept.remove(batch);
        }
    }

    private boolean hasRoom() {
        PageBatch oldest;
        synchronized (kept) {
            if (kept.size() < MOST) {
                return true;
            }
            Iterator<PageBatch> all = kept.iterator();
            oldest = all.next();
            if (!isOld(oldest)) {
                return false;
            }
        }
        giveBackRest(oldest);
        return true;
    }

    private boolean isOld(PageBatch batch) {
        return clock.millis() - batch.since > KEPT.toMillis();
    }

    /** What nobody has claimed of a batch. */
    private void giveBackRest(PageBatch batch) {
        drop(batch);
        devices.holding(
                batch.session.device(),
                () -> giveBackHeld(
                        batch.session,
                        batch.pages().stream().filter(batch.session::claim).toList()));
    }

    private void giveBack(Session session, List<PageAhead> pages) {
        devices.holding(session.device(), () -> giveBackHeld(session, pages));
    }

    /** Each only once, for what is on it may have been handed out otherwise by then. */
    private static void giveBackHeld(Session session, List<PageAhead> pages) {
        for (PageAhead page : pages) {
            session.giveBack(page.taken());
            page.takesNothing();
        }
    }
}
