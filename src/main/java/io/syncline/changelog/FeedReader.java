package io.syncline.changelog;

import io.syncline.changelog.CursorException.Reason;
import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Reads feeds: from memory what memory can answer, else bounded ranges of an index. Safe for use by many threads. */
final class FeedReader {

    /** Larger pages are cut to this; the cursor goes on. */
    private static final int LARGEST_PAGE = 10_000;
    /** Principals and queries kept resolved; past this all are forgotten and resolved again as they come. */
    private static final int MOST_FEEDS = 10_000;

    private final Database database;
    private final Heads heads;
    private final CursorCodec codec;
    private final Clock clock;
    private final Map<Asked, Feed> feeds = new ConcurrentHashMap<>();

    private record Asked(View view, FeedQuery query) {}

    FeedReader(Database database, Heads heads, CursorCodec codec, Clock clock) {
        this.database = database;
        this.heads = heads;
        this.codec = codec;
        this.clock = clock;
    }

    long head(View view, FeedQuery query) {
        return feed(view, query).head();
    }

    FeedPage read(View view, FeedQuery query, Optional<String> text, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page holds at least one change, so the limit cannot be " + limit);
        }
        Optional<Cursor> given = text.map(codec::read);
        given.ifPresent(this::checkAge);
        Resolved resolved = resolve(view, query);
        Feed feed = resolved.feed();
        long head = resolved.head();
        if (given.isPresent() && given.get().feed() != feed.key) {
            throw new CursorException(Reason.INVALID, "The cursor belongs to another feed, query or principal");
        }
        // A cursor at the very beginning has seen nothing yet, so it begins now.
        Cursor from = given.filter(cursor -> cursor.position() > 0).orElseGet(() -> start(feed));
        if (feed.head() <= from.position()) {
            return nothingNew(from, text, head);
        }
        return readTable(feed, from, Math.min(limit, LARGEST_PAGE), head);
    }

    private Cursor start(Feed feed) {
        CursorState state = heads.cursorState();
        return new Cursor(state.generation(), feed.key, 0, state.compactedTo(), today());
    }

    private void checkAge(Cursor cursor) {
        if (isAhead(cursor)) {
            // It may come from a node that has heard of more than this one.
            reloadHeads();
            if (isAhead(cursor)) {
                throw expired("The changelog begins anew since this cursor was given out");
            }
        }
        CursorState state = heads.cursorState();
        if (cursor.generation() != state.generation()) {
            throw expired("The changelog began anew after this cursor was given out");
        }
        if (cursor.expiredAt(state.horizon())) {
            throw tooOld();
        }
    }

    private boolean isAhead(Cursor cursor) {
        return cursor.generation() > heads.cursorState().generation() || cursor.position() > heads.head();
    }

    static CursorException tooOld() {
        return expired("Deletes that this cursor would have to tell of are no longer kept");
    }

    private static CursorException expired(String why) {
        return new CursorException(
                Reason.EXPIRED,
                why
                        + ". Read again without a cursor: that gives the complete present state; what it does not hold is gone.");
    }

    /**
     * The cursor as it came, but once a day a new one that stands where the changelog stands: one that never moves would fall behind
     * the tombstone horizon, though its reader comes daily.
     */
    private FeedPage nothingNew(Cursor from, Optional<String> text, long head) {
        boolean stands = text.isPresent() && (from.position() >= head || from.day() >= today());
        String cursor = stands ? text.get() : codec.write(moved(from, head));
        return new FeedPage(List.of(), cursor, false);
    }

    private Cursor moved(Cursor from, long position) {
        return new Cursor(from.generation(), from.feed(), Math.max(from.position(), position), from.cleanTo(), today());
    }

    private FeedPage readTable(Feed feed, Cursor from, int limit, long head) {
        try (Connection connection = database.reader().getConnection()) {
            return page(
                    from, new FeedRows(connection, database.dialect()).read(feed, from.position(), head, limit), head);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
        }
    }

    private FeedPage page(Cursor from, FeedRows.Rows rows, long head) {
        if (from.expiredAt(rows.horizon())) {
            throw tooOld();
        }
        List<Change> changes = rows.changes();
        long last = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).sequenceVersion();
        long reached = rows.hasMore() ? last : Math.max(last, head);
        return new FeedPage(changes, codec.write(moved(from, reached)), rows.hasMore());
    }

    /** @param head of the changelog: up to it, the feed knows all its collections and their heads */
    private record Resolved(Feed feed, long head) {}

    private Resolved resolve(View view, FeedQuery query) {
        while (true) {
            // The head first: what comes to be known after it does no harm.
            long head = heads.head();
            Feed feed = feed(view, query);
            if (feed.head() <= head) {
                return new Resolved(feed, head);
            }
            heads.awaitRaising();
        }
    }

    /** Resolved among the collections known by now. */
    Feed feed(View view, FeedQuery query) {
        Heads.Known known = heads.known();
        Asked asked = new Asked(view, query);
        Feed feed = feeds.get(asked);
        if (feed == null || feed.version != known.version()) {
            if (feeds.size() >= MOST_FEEDS) {
                feeds.clear();
            }
            feed = Feed.select(known, view, query);
            feeds.put(asked, feed);
        }
        return feed;
    }

    private void reloadHeads() {
        try (Connection connection = database.reader().getConnection()) {
            heads.reload(connection);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read where the changelog stands: " + e.getMessage(), e);
        }
    }

    private int today() {
        return (int) TimeUnit.MILLISECONDS.toDays(clock.millis());
    }
}
