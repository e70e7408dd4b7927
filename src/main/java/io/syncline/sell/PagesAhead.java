package io.syncline.sell;

import io.syncline.changelog.View;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Makes the page that comes next while the client is busy with the one before, and keeps it until it is asked for. It is given out only if
 * nothing that it was made of has changed since. Bounded, so that clients who go away cost little. Safe for use by many threads.
 */
final class PagesAhead {

    /** Kept at a time. */
    private static final int MOST = 16;
    /** A larger page is made when it is asked for. */
    private static final int MOST_BYTES = 1024 * 1024;
    /** An older page is not given out, for another node may have changed what is on it, and makes room for others. */
    static final Duration KEPT = Duration.ofSeconds(5);

    private final PageMaker maker;
    private final Devices devices;
    private final Executor executor;
    private final Clock clock;
    /** In the order in which they were begun. Guarded by itself. */
    private final Set<PageAhead> kept = new LinkedHashSet<>();

    /** @param executor may drop what it is given to do */
    PagesAhead(PageMaker maker, Devices devices, Executor executor, Clock clock) {
        this.maker = maker;
        this.devices = devices;
        this.executor = executor;
        this.clock = clock;
    }

    /** Begins to make a session's next page, if there is one, and room for it. */
    void begin(View view, ServedTypes types, Session session) {
        if (session.isOfLargePages() || !hasRoom()) {
            return;
        }
        PageAhead ahead = new PageAhead(session, clock.millis(), page -> make(view, types, page));
        // Now and not when a thread comes to it, so that the next acknowledgement stores what comes after it.
        boolean begins = maker.take(session, ahead);
        if (begins) {
            synchronized (kept) {
                kept.add(ahead);
            }
            executor.execute(ahead.task());
        }
    }

    private Optional<MadePage> make(View view, ServedTypes types, PageAhead ahead) {
        Optional<MadePage> made;
        try {
            made = maker.make(view, types, ahead.session, ahead.taken());
        } catch (RuntimeException e) {
            // What it took has been given back.
            devices.holding(ahead.session.device(), ahead::takesNothing);
            throw e;
        }
        if (made.isPresent() && made.get().page().size() > MOST_BYTES) {
            ahead.session.hasLargePages();
            giveBack(ahead, made);
            return Optional.empty();
        }
        return made;
    }

    /** A session's next page, if it has been made and can be given out as it is. It is then nobody else's. */
    Optional<MadePage> claim(View view, ServedTypes types, Session session) {
        Optional<PageAhead> claimed =
                devices.reading(session.device(), state -> session.claim()).orElse(Optional.empty());
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        PageAhead ahead = claimed.get();
        synchronized (kept) {
            kept.remove(ahead);
        }
        Optional<MadePage> made = made(ahead);
        if (made.isPresent() && (isOld(ahead) || !made.get().origin().equals(maker.origin(view, types)))) {
            giveBack(ahead, made);
            return Optional.empty();
        }
        return made;
    }

    private boolean hasRoom() {
        PageAhead oldest;
        synchronized (kept) {
            if (kept.size() < MOST) {
                return true;
            }
            Iterator<PageAhead> all = kept.iterator();
            oldest = all.next();
            if (!isOld(oldest)) {
                return false;
            }
            all.remove();
        }
        boolean claimed = devices.reading(oldest.session.device(), state -> oldest.session.claim(oldest))
                .orElse(false);
        if (claimed) {
            giveBack(oldest, made(oldest));
        }
        return true;
    }

    private boolean isOld(PageAhead ahead) {
        return clock.millis() - ahead.since > KEPT.toMillis();
    }

    private static Optional<MadePage> made(PageAhead ahead) {
        try {
            // Does nothing if another thread has begun to.
            ahead.task().run();
            return ahead.task().get();
        } catch (ExecutionException e) {
            // It is made again for who asks, who is told if that fails too.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a page was made", e);
        }
    }

    private void giveBack(PageAhead ahead, Optional<MadePage> made) {
        made.ifPresent(page -> devices.holding(ahead.session.device(), () -> {
            ahead.takesNothing();
            ahead.session.giveBack(page.taken());
        }));
    }
}
