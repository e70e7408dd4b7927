package io.syncline.sell;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Sessions, queues and acknowledgements, apart from how they look in HTTP. Safe for use by many threads.
 *
 * <p>A queue is a snapshot, taken at the start, of what is new; each item is read at its freshest when it is served. It advances when it is read:
 * an item that is not acknowledged comes again in the next session and never in the same one.
 */
public final class SellSync implements AutoCloseable {

    private final DeviceStore store;
    private final Devices devices;
    private final Starts starts;
    private final Acknowledgements acknowledgements;
    private final Sessions sessions = new Sessions();
    private final PageMaker maker;
    private final PagesAhead ahead;
    private final int pageSize;
    private final Supplier<EntityTypes> entityTypes;
    private final Clock clock;
    private volatile Compiled compiled;

    private record Compiled(EntityTypes from, ServedTypes types) {}

    private SellSync(
            Changelog changelog,
            DeviceStore store,
            SellSettings settings,
            Supplier<EntityTypes> entityTypes,
            Executor executor,
            Clock clock) {
        this.store = store;
        this.devices = new Devices(store);
        this.starts = new Starts(changelog, devices, store, settings.deviceLimit(), clock);
        this.acknowledgements = new Acknowledgements(changelog.entities(), devices, store);
        this.pageSize = settings.pageSize();
        this.maker = new PageMaker(changelog, devices, pageSize);
        this.ahead = new PagesAhead(maker, devices, pageSize, executor, clock);
        this.entityTypes = entityTypes;
        this.clock = clock;
        EntityTypes types = entityTypes.get();
        this.compiled = new Compiled(types, ServedTypes.of(types));
    }

    /**
     * Opens it over a database.
     *
     * @param entityTypes what the sources declare at present
     * @param executor makes pages before they are asked for; it may drop what it is given to do
     */
    public static SellSync open(
            Database database,
            Changelog changelog,
            Supplier<EntityTypes> entityTypes,
            SellSettings settings,
            Executor executor,
            Clock clock) {
        return new SellSync(changelog, new DeviceStore(database), settings, entityTypes, executor, clock);
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
        Starts.Queue queue = starts.start(device, view, served.get());
        if (queue.revisions().isEmpty()) {
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
        Optional<QueuePage> failed = Optional.empty();
        int attempts = 0;
        while (attempts < Devices.ATTEMPTS) {
            Optional<MadePage> made = ahead.claim(view, types, session).or(() -> maker.make(view, types, session));
            if (made.isEmpty()) {
                return Optional.empty();
            }
            QueuePage page = made.get().page();
            OptionalLong left = serve(session, made.get());
            if (left.isEmpty()) {
                attempts++;
            } else {
                failed.ifPresent(page::addFailed);
                if (!page.isEmpty()) {
                    Answer answer = new Answer(page.finish(left.getAsLong()), page.count());
                    ahead.begin(view, types, session, page.size());
                    return Optional.of(answer);
                }
                failed = Optional.of(page);
            }
        }
        throw Devices.changedElsewhere();
    }

    /** How much is left after a page; empty if it may not be given out, and then what is on it is given back. */
    private OptionalLong serve(Session session, MadePage page) {
        OptionalLong left = OptionalLong.empty();
        try {
            left = devices.serve(session, page);
        } finally {
            if (left.isEmpty()) {
                maker.giveBack(session, page.taken());
            }
        }
        return left;
    }

    /**
     * Takes in an acknowledgement, which the disk has when this returns. What is no key of this device is passed over.
     *
     * @throws SellException if the payload is none of an acknowledgement
     */
    void acknowledge(View view, DeviceKey device, byte[] payload) {
        types().query(view)
                .ifPresentOrElse(
                        query -> acknowledgements.take(device, query, payload), () -> AckPayload.keys(payload));
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

    @Override
    public void close() {
        store.close();
    }
}
