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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

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
    record Served(ByteBuffer body, int count) {}

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
    Optional<Served> next(View view, DeviceKey device, UUID id) {
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

    private Optional<Served> next(View view, Session session) {
        ServedTypes types = types();
        QueuePage page = new QueuePage();
        while (true) {
            long[] taken = devices.reading(session.device(), device -> session.take(device.unacknowledged(), pageSize))
                    .orElse(new long[0]);
            if (taken.length == 0) {
                return Optional.empty();
            }
            long left = serve(view, types, session, taken, page);
            if (!page.isEmpty()) {
                return Optional.of(new Served(ByteBuffer.wrap(page.finish(left)), page.count()));
            }
        }
    }

    /** Adds to the page what has been taken. What cannot be read now is given back. */
    private long serve(View view, ServedTypes types, Session session, long[] taken, QueuePage page) {
        Set<Long> open = new HashSet<>();
        Arrays.stream(taken).forEach(open::add);
        try {
            CurrentStates states = types.query(view)
                    .map(query -> changelog.entities().current(view, query, taken))
                    .orElse(new CurrentStates(List.of(), true));
            if (states.complete()) {
                open.clear();
            }
            return devices.reading(session.device(), device -> {
                        for (Current current : states.entities()) {
                            open.remove(current.asked());
                            add(types, device, current, page);
                        }
                        open.forEach(session::giveBack);
                        open.clear();
                        return session.left(device.unacknowledged());
                    })
                    .orElse(0L);
        } catch (RuntimeException e) {
            devices.reading(session.device(), device -> {
                open.forEach(session::giveBack);
                return true;
            });
            throw e;
        }
    }

    private static void add(ServedTypes types, Devices.Reading device, Current current, QueuePage page) {
        Optional<ServedType> type = types.find(current.change().entityType());
        if (type.isPresent()) {
            String event = current.change().operation() == Operation.DELETED
                    ? "deleted"
                    : device.has(current.first()) ? "updated" : "created";
            if (page.add(type.get(), current.change(), event)) {
                Change change = current.change();
                device.handedOut(
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
                        current.asked());
            }
        }
    }

    /** Takes in acknowledgements, which no crash of the process can take back when this returns. What is no key of this device is passed over. */
    void acknowledge(View view, DeviceKey device, List<String> keys) {
        Set<AckKey> known = new HashSet<>();
        keys.forEach(text -> AckKey.parse(text).ifPresent(known::add));
        types().query(view).ifPresent(query -> devices.acknowledge(device, view, query, known));
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
