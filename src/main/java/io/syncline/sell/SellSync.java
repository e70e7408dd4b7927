package io.syncline.sell;

import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Current;
import io.syncline.changelog.CurrentStates;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Operation;
import io.syncline.changelog.Revision;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Sessions, queues and acknowledgements, apart from how they look in HTTP. Safe for use by many threads.
 *
 * <p>A queue is a snapshot, taken at the start, of what is new; each item is read at its freshest when it is served. It advances when it is read:
 * an item that is not acknowledged comes again in the next session and never in the same one.
 */
public final class SellSync {

    private final Changelog changelog;
    private final Devices devices;
    private final Sessions sessions = new Sessions();
    private final int pageSize;
    private final Supplier<EntityTypes> entityTypes;
    private final Clock clock;
    private volatile Compiled compiled;

    private record Compiled(EntityTypes from, ServedTypes types) {}

    private SellSync(
            Changelog changelog, Devices devices, int pageSize, Supplier<EntityTypes> entityTypes, Clock clock) {
        this.changelog = changelog;
        this.devices = devices;
        this.pageSize = pageSize;
        this.entityTypes = entityTypes;
        this.clock = clock;
        EntityTypes types = entityTypes.get();
        this.compiled = new Compiled(types, ServedTypes.of(types));
    }

    /**
     * Opens it over a database.
     *
     * @param entityTypes what the sources declare at present
     */
    public static SellSync open(
            Database database,
            Changelog changelog,
            Supplier<EntityTypes> entityTypes,
            SellSettings settings,
            Clock clock) {
        Devices devices = new Devices(changelog, new DeviceStore(database), settings.deviceLimit(), clock);
        return new SellSync(changelog, devices, settings.pageSize(), entityTypes, clock);
    }

    /**
     * A session that has begun.
     *
     * @param pages how many pages the queue has, if nobody acknowledges meanwhile
     */
    record Started(UUID id, long pages, long totalCount) {}

    /**
     * A page of a queue.
     *
     * @param body as JSON
     * @param count how many items are on it, one at least
     */
    record Answer(ByteBuffer body, int count) {}

    /**
     * Begins a session; empty if there is nothing new for the device.
     *
     * @throws SellException if the device cannot start
     */
    Optional<Started> start(View view, DeviceKey device) {
        Optional<FeedQuery> served = types().query(view);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        RevisionSet queue = devices.start(device, view, served.get());
        if (queue.isEmpty()) {
            return Optional.empty();
        }
        Session session = sessions.start(device, queue, clock.millis());
        return Optional.of(new Started(session.id(), (session.size() + pageSize - 1) / pageSize, session.size()));
    }

    /**
     * The next page of a session's queue; empty at its end, and for a session that has ended.
     *
     * @throws SellException if the session is another principal's or another device's
     */
    Optional<Answer> next(View view, DeviceKey device, UUID id) {
        Optional<Session> session = sessions.find(id, clock.millis());
        if (session.isEmpty()) {
            if (!SessionId.mayBelongTo(id, device.principal())) {
                throw unknown(id);
            }
            return Optional.empty();
        }
        if (!session.get().device().equals(device)) {
            throw unknown(id);
        }
        return next(view, session.get());
    }

    private static SellException unknown(UUID id) {
        return new SellException(404, "not_found", "This device has no session " + id + ".");
    }

    private Optional<Answer> next(View view, Session session) {
        ServedTypes types = types();
        QueuePage page = new QueuePage();
        int attempts = 0;
        while (attempts < Devices.ATTEMPTS) {
            long[] taken = devices.reading(session.device(), state -> session.take(state.unacknowledged(), pageSize))
                    .orElse(new long[0]);
            if (taken.length == 0) {
                return Optional.empty();
            }
            boolean served = false;
            try {
                served = serve(view, types, session, taken, page);
            } finally {
                if (!served) {
                    giveBack(session, Arrays.stream(taken));
                }
            }
            if (!served) {
                page = new QueuePage();
                attempts++;
            } else if (!page.isEmpty()) {
                long left = devices.reading(session.device(), state -> session.left(state.unacknowledged()))
                        .orElse(0L);
                return Optional.of(new Answer(page.finish(left), page.count()));
            }
        }
        throw Devices.changedElsewhere();
    }

    /**
     * Adds to the page what has been taken. What cannot be read now is given back.
     *
     * @return whether the page may be given out
     */
    private boolean serve(View view, ServedTypes types, Session session, long[] taken, QueuePage page) {
        CurrentStates states = types.query(view)
                .map(query -> changelog.entities().current(view, query, taken))
                .orElse(new CurrentStates(List.of(), true));
        List<Served> served = new ArrayList<>(states.entities().size());
        devices.reading(session.device(), state -> {
            states.entities()
                    .forEach(current -> add(types, state, current, page).ifPresent(served::add));
            return true;
        });
        if (!served.isEmpty() && !devices.serve(session.device(), view, served)) {
            return false;
        }
        if (!states.complete()) {
            Set<Long> read = new HashSet<>();
            states.entities().forEach(current -> read.add(current.asked()));
            giveBack(session, Arrays.stream(taken).filter(change -> !read.contains(change)));
        }
        return true;
    }

    private void giveBack(Session session, LongStream changes) {
        devices.holding(session.device(), () -> changes.forEach(session::giveBack));
    }

    private static Optional<Served> add(ServedTypes types, DeviceState state, Current current, QueuePage page) {
        Change change = current.change();
        boolean shownAsDeleted = change.operation() == Operation.DELETED;
        String event = shownAsDeleted ? "deleted" : state.has(current.first()) ? "updated" : "created";
        return types.find(change.entityType())
                .flatMap(type -> page.add(type, change, event))
                .map(key -> new Served(
                        new Revision(
                                change.sequenceVersion(),
                                current.collection(),
                                change.integrationId(),
                                change.entityType(),
                                change.entityId(),
                                current.deleted(),
                                current.scope(),
                                current.first(),
                                true),
                        key,
                        current.asked(),
                        !shownAsDeleted));
    }

    /** Takes in acknowledgements, which the disk has when this returns. What is no key of this device is passed over. */
    void acknowledge(View view, DeviceKey device, List<String> keys) {
        types().query(view).ifPresent(query -> devices.acknowledge(device, query, keys));
    }

    /** The devices of a principal, the last one to start a session first. */
    List<DeviceSummary> devices(String principal) {
        return devices.list(principal);
    }

    /**
     * Forgets a device and ends its sessions; if it comes again, it is a new one.
     *
     * @return whether there was such a device
     */
    boolean deactivate(DeviceKey device) {
        boolean removed = devices.deactivate(device);
        sessions.end(device);
        return removed;
    }

    private ServedTypes types() {
        EntityTypes current = entityTypes.get();
        Compiled known = compiled;
        if (known.from() != current) {
            known = new Compiled(current, ServedTypes.of(current));
            compiled = known;
        }
        return known.types();
    }
}
