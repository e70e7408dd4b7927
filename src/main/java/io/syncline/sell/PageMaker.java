package io.syncline.sell;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Current;
import io.syncline.changelog.CurrentStates;
import io.syncline.changelog.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes pages of queues: takes what is next, reads it at its freshest and puts it into shape. Safe for use by many threads. */
final class PageMaker {

    private final Changelog changelog;
    private final Devices devices;
    private final int pageSize;

    PageMaker(Changelog changelog, Devices devices, int pageSize) {
        this.changelog = changelog;
        this.devices = devices;
        this.pageSize = pageSize;
    }

    /** The next page of a session; empty at the end of its queue. */
    Optional<MadePage> make(View view, ServedTypes types, Session session) {
        long[] taken = devices.reading(session.device(), state -> session.take(state.unacknowledged(), pageSize))
                .orElse(new long[0]);
        if (taken.length == 0) {
            return Optional.empty();
        }
        boolean made = false;
        try {
            MadePage page =
                    make(view, types, List.of(taken), session.newestAt()).get(0);
            made = true;
            return Optional.of(page);
        } finally {
            if (!made) {
                giveBack(session, taken);
            }
        }
    }

    /**
     * Pages of a session.
     *
     * @param taken of its queue for each page, one change at least, in ascending order over all
     * @param newestAt the changelog's head when each was the newest of its entity
     */
    List<MadePage> make(View view, ServedTypes types, List<long[]> taken, long newestAt) {
        // Before anything is read: what changes meanwhile is then known to have changed.
        MadePage.Origin origin = origin(view, types);
        long[] all = taken.size() == 1
                ? taken.get(0)
                : taken.stream().flatMapToLong(Arrays::stream).toArray();
        CurrentStates states = types.query(view)
                .map(query -> changelog.entities().current(view, query, all, newestAt))
                .orElse(new CurrentStates(List.of(), true));
        List<MadePage> pages = new ArrayList<>(taken.size());
        int from = 0;
        for (long[] changes : taken) {
            int to = from;
            while (to < states.entities().size() && states.entities().get(to).asked() <= changes[changes.length - 1]) {
                to++;
            }
            pages.add(page(
                    origin, types, changes, new CurrentStates(states.entities().subList(from, to), states.complete())));
            from = to;
        }
        return pages;
    }

    private static MadePage page(MadePage.Origin origin, ServedTypes types, long[] taken, CurrentStates states) {
        QueuePage page = new QueuePage(states.entities());
        List<Served> items = new ArrayList<>(states.entities().size());
        states.entities().forEach(current -> add(types, current, page).ifPresent(items::add));
        return new MadePage(origin, taken, unread(taken, states), new PageItems(items), page);
    }

    /** Of a page that is made now. One with the same origin would be the same. */
    MadePage.Origin origin(View view, ServedTypes types) {
        long head = types.query(view).map(changelog.entities()::head).orElse(0L);
        return new MadePage.Origin(view, types, head);
    }

    private static long[] unread(long[] taken, CurrentStates states) {
        if (states.complete()) {
            return new long[0];
        }
        Set<Long> read = new HashSet<>();
        states.entities().forEach(current -> read.add(current.asked()));
        return Arrays.stream(taken).filter(change -> !read.contains(change)).toArray();
    }

    private static Optional<Served> add(ServedTypes types, Current current, QueuePage page) {
        return types.find(current.revision().entityType()).flatMap(type -> page.add(type, current)
                .map(eventAt -> new Served(
                        current.revision(),
                        type.keyName(),
                        current.asked(),
                        current.data().isPresent(),
                        eventAt)));
    }

    void giveBack(Session session, long[] changes) {
        if (changes.length > 0) {
            devices.holding(session.device(), () -> session.giveBack(changes));
        }
    }
}
