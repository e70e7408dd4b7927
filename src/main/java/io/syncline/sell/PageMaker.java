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
        long[] taken = devices.take(session.device(), state -> session.take(state.unacknowledged(), pageSize));
        return make(view, types, session, taken);
    }

    /** Takes the next page of a session, to be made before it is asked for, if there is one and nobody makes it yet. */
    boolean take(Session session, PageAhead ahead) {
        long[] taken = devices.take(session.device(), state -> {
            if (!session.hasMore(state.unacknowledged())) {
                return new long[0];
            }
            long[] next = session.take(state.unacknowledged(), pageSize);
            ahead.takes(next);
            session.makes(ahead);
            return next;
        });
        return taken.length > 0;
    }

    /**
     * A page of a session; empty if nothing has been taken for it.
     *
     * @param taken of its queue, and given back if this fails
     */
    Optional<MadePage> make(View view, ServedTypes types, Session session, long[] taken) {
        if (taken.length == 0) {
            return Optional.empty();
        }
        boolean made = false;
        try {
            MadePage page = make(view, types, taken, session.newestAt());
            made = true;
            return Optional.of(page);
        } finally {
            if (!made) {
                giveBack(session, taken);
            }
        }
    }

    private MadePage make(View view, ServedTypes types, long[] taken, long newestAt) {
        // Before anything is read: what changes meanwhile is then known to have changed.
        MadePage.Origin origin = origin(view, types);
        QueuePage page = new QueuePage();
        CurrentStates states = types.query(view)
                .map(query -> changelog.entities().current(view, query, taken, newestAt))
                .orElse(new CurrentStates(List.of(), true));
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
