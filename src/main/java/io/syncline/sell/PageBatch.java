package io.syncline.sell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Pages of a session that are made together before they are asked for: they are read at once, for a statement takes as long as reading many rows. Who
 * wants one of them makes them all, if nobody has begun to.
 */
final class PageBatch {

    /** Makes the pages: for each, the page or nothing if it cannot be given out. */
    interface Making {
        List<Optional<MadePage>> make(PageBatch batch);
    }

    final Session session;
    /** In milliseconds since the epoch. */
    final long since;

    private final List<long[]> taken;
    private final List<PageAhead> pages = new ArrayList<>();
    private final FutureTask<List<Optional<MadePage>>> task;

    /** @param taken what is on each page, not to be handed out otherwise */
    PageBatch(Session session, long since, List<long[]> taken, Making making) {
        this.session = session;
        this.since = since;
        this.taken = taken;
        for (int at = 0; at < taken.size(); at++) {
            pages.add(new PageAhead(this, at, taken.get(at)));
        }
        this.task = new FutureTask<>(() -> making.make(this));
    }

    /** Makes the pages, if nobody has begun to. */
    Runnable task() {
        return task;
    }

    List<Optional<MadePage>> made() throws ExecutionException, InterruptedException {
        task.run();
        return task.get();
    }

    List<PageAhead> pages() {
        return pages;
    }

    /** What each page stands for. */
    List<long[]> taken() {
        return taken;
    }
}
