package io.syncline.changelog;

import io.syncline.changelog.Cursor.Turn;
import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leads a reader of a feed from what its view was to what it is. For one page.
 *
 * <p>A change is told by what its reader had in sight before it and has in sight after it: an entity that comes into sight is created, one
 * that goes out of sight is deleted. When the view has changed since the cursor was made, the reader is on a turn:
 * <ol>
 * <li>first the changes up to the present are served, of what was seen throughout, so that the reader and the changelog stand at one position;
 * <li>then the newest changes up to there are walked in sequence: what has come into sight is created, what the reader may hold but no longer
 *     see is deleted. A page of the walk first serves what changed meanwhile, so that what is walked is always the present state, and the entity's
 *     own change before tells whether the walk has come to it.
 * </ol>
 */
final class ViewReader {

    /** A page ends early when its snapshots reach this many bytes, so that large ones do not fill the memory. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private final Connection connection;
    private final ViewRows rows;
    private final Feed feed;
    private final View view;
    private final Map<Integer, EntityCollection> asked = new HashMap<>();
    private final int limit;
    private final List<Change> changes = new ArrayList<>();
    private long bytes;
    /** Whether something was left out for want of room. */
    private boolean more;
    /** No change bears a higher number. */
    private long ceiling;
    /** The highest number told by the pages before this one. */
    private long toldBefore;
    /** The highest number told. */
    private long told;

    /**
     * @param asked the collections that the query asks for, seen or not
     * @param feed what is seen of them now
     */
    ViewReader(
            Connection connection,
            Database.Dialect dialect,
            View view,
            Feed feed,
            List<EntityCollection> asked,
            int limit) {
        this.connection = connection;
        this.rows = new ViewRows(connection, dialect);
        this.view = view;
        this.feed = feed;
        this.limit = limit;
        asked.forEach(collection -> this.asked.put(collection.no, collection));
    }

    /**
     * A page.
     *
     * @param from its cursor stands further on
     * @param hasMore whether there is something after it
     */
    record Read(List<Change> changes, Cursor from, boolean hasMore) {}

    /**
     * Reads from a cursor up to a number.
     *
     * @param to the connection sees the changes up to here and none after it
     * @throws CursorException if the changelog no longer keeps what the reader would have to be told of
     */
    Read read(Cursor from, long to, int today) throws SQLException {
        Cursor reached = from;
        toldBefore = from.told();
        told = toldBefore;
        do {
            ceiling = ceiling(to);
            reached = turn(reached, to, today);
        } while (!more && reached.view() != view.version());
        CursorState state = CursorState.load(connection);
        // A removed change may have told that an entity went out of sight.
        if (from.expiredAt(Math.max(state.horizon(), state.compactedTo()))) {
            throw FeedReader.tooOld();
        }
        return new Read(changes, reached.having(told), more);
    }

    /**
     * On a turn something is told that the changes of what is out of sight say, or that none says. Its number must not tell how far the
     * changelog has come without the view: it is that of the newest change in sight or of the last grant or revoke.
     */
    private long ceiling(long to) {
        return Math.max(Math.max(told, view.version()), Math.min(feed.head(), to));
    }

    private interface Seen {
        Scopes at(ViewRows.Row row);
    }

    /** @return the number up to which everything was told, before {@code to} only if there is more */
    private long changes(Map<EntityCollection, Scopes> wanted, long after, long to, Seen before, Seen now)
            throws SQLException {
        long reached = after;
        while (reached < to && !more) {
            reached = rows.changes(
                    wanted, new ScopedSelect.Range(reached, to, room()), row -> tell(row, before.at(row), now.at(row)));
        }
        return reached;
    }

    /** One more than fits, to see whether there is one. */
    private int room() {
        return limit - changes.size() + 1;
    }

    /** @return whether there was room for it */
    private boolean tell(ViewRows.Row row, Scopes before, Scopes now) {
        return Sight.told(row.operation(), row.scope(), row.previousScope(), before, now)
                .map(operation -> add(row, row.seq(), operation))
                .orElse(true);
    }

    private boolean add(ViewRows.Row row, long seq, Operation operation) {
        if (changes.size() >= limit || bytes > MOST_BYTES) {
            more = true;
            return false;
        }
        EntityCollection collection = asked.get(row.collection());
        Optional<byte[]> data = operation == Operation.DELETED ? Optional.empty() : row.data();
        bytes += data.map(snapshot -> snapshot.length).orElse(0);
        long number = Math.min(seq, ceiling);
        told = Math.max(told, number);
        changes.add(new Change(
                number,
                collection.integrationId,
                collection.entityType,
                row.entityId(),
                operation,
                row.occurredAt(),
                data));
        return true;
    }

    private Cursor turn(Cursor from, long to, int today) throws SQLException {
        Turn turn = from.turn().orElseGet(() -> new Turn(from.position(), view.version(), 0, 0));
        Turning turning = new Turning(from, turn);
        long reached = changes(turning.touched(from.position()), from.position(), to, turning::before, turning::now);
        Cursor moved = from.on(turn).at(reached, today);
        if (more) {
            return moved;
        }
        Turn walk = turn.isWalking() ? turn : new Turn(turn.since(), turn.view(), to, 0);
        long walked = walk(turning, walk);
        return more ? moved.on(new Turn(walk.since(), walk.view(), walk.walkTo(), walked)) : moved.under(walk.view());
    }

    private long walk(Turning turning, Turn walk) throws SQLException {
        long walked = walk.walked();
        Map<EntityCollection, Scopes> changed = turning.changed();
        while (walked < walk.walkTo() && !more) {
            walked = rows.living(
                    changed,
                    new ScopedSelect.Range(walked, walk.walkTo(), room()),
                    row -> walk(turning, walk.since(), row));
        }
        return walked;
    }

    /** @return whether there was room for it */
    private boolean walk(Turning turning, long since, ViewRows.Row row) {
        if (turning.gained(row.collection()).contains(row.scope())) {
            return !turning.still(row.collection()).contains(row.scope()) || add(row, ceiling, Operation.CREATED);
        }
        // What changed after all that was told was not shown as it is, and so not shown at all since it went out of
        // sight.
        boolean held = row.seq() <= Math.min(since, told)
                && turning.lost(row.collection()).contains(row.scope());
        return !held || add(row, ceiling, Operation.DELETED);
    }

    /** What was, is and comes into sight on a turn. */
    private final class Turning {

        private final Turn turn;
        /** Where the page begins. */
        private final long position;

        private final Map<Integer, Scopes> old = new HashMap<>();
        private final Map<Integer, Scopes> kept = new HashMap<>();
        private final Map<Integer, Scopes> coming = new HashMap<>();
        private final Map<Integer, Scopes> still = new HashMap<>();

        Turning(Cursor from, Turn turn) {
            this.turn = turn;
            this.position = from.position();
            long oldView = from.view();
            asked.values().forEach(collection -> {
                old.put(collection.no, view.scopes(collection, oldView));
                kept.put(collection.no, view.throughout(collection, oldView, turn.view()));
                coming.put(collection.no, view.scopes(collection, turn.view()));
                still.put(collection.no, view.throughout(collection, turn.view(), view.version()));
            });
        }

        /** What may have to be told of. */
        Map<EntityCollection, Scopes> touched(long after) {
            Map<EntityCollection, Scopes> touched = new HashMap<>();
            asked.forEach((no, collection) -> {
                Scopes scopes = turn.isWalking() ? old.get(no).or(coming.get(no)) : old.get(no);
                if (!scopes.isNone() && collection.head() > after) {
                    touched.put(collection, scopes);
                }
            });
            return touched;
        }

        /** What comes into sight, or goes out of it. */
        Map<EntityCollection, Scopes> changed() {
            Map<EntityCollection, Scopes> changed = new HashMap<>();
            asked.forEach((no, collection) -> {
                Scopes scopes = gained(no).or(lost(no));
                if (!scopes.isNone()) {
                    changed.put(collection, scopes);
                }
            });
            return changed;
        }

        Scopes gained(int no) {
            return coming.get(no).minus(kept.get(no));
        }

        Scopes lost(int no) {
            return old.get(no).minus(coming.get(no));
        }

        /** What of it has not been taken away meanwhile, and given back or not: only that is shown. */
        Scopes still(int no) {
            return still.get(no);
        }

        Scopes before(ViewRows.Row row) {
            if (row.previous() > toldBefore) {
                // Nobody was shown the change before, unless by this page: what was passed over waits for the walk.
                return row.previous() > position ? now(row) : Scopes.NONE;
            }
            boolean turned = turn.isWalking() && (row.previous() <= turn.walked() || row.previous() > turn.walkTo());
            if (turned) {
                return coming.get(row.collection());
            }
            return (row.previous() <= turn.since() ? old : kept).get(row.collection());
        }

        Scopes now(ViewRows.Row row) {
            Map<Integer, Scopes> in = turn.isWalking() ? coming : kept;
            return in.get(row.collection()).and(still(row.collection()));
        }
    }
}
