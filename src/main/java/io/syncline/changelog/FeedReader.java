package io.syncline.changelog;

import io.syncline.changelog.CursorException.Reason;
import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Reads feeds: from memory what memory can answer, else bounded ranges of an index. Safe for use by many threads. */
final class FeedReader implements AutoCloseable {

    /** Larger pages are cut to this; the cursor goes on. */
    private static final int LARGEST_PAGE = 10_000;
    /** Within this time an append that is committed becomes known, or else is asked for. */
    private static final Duration KNOWN = Duration.ofMillis(50);
    /** Principals and queries kept resolved; past this all are forgotten and resolved again as they come. */
    private static final int MOST_FEEDS = 50_000;
    /** A page ends early when its snapshots reach this many bytes, so that large ones do not fill the memory. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private final Database database;
    private final Heads heads;
    private final CursorCodec codec;
    private final Clock clock;
    private volatile UnaryOperator<View> freshView = UnaryOperator.identity();
    private final Map<Asked, Feed> feeds = new ConcurrentHashMap<>();
    private final ReadAhead ahead;
    private final PageHalves halves;

    private record Asked(View view, FeedQuery query) {}

    FeedReader(Database database, Heads heads, CursorCodec codec, ReadAhead ahead, PageHalves halves, Clock clock) {
        this.database = database;
        this.heads = heads;
        this.codec = codec;
        this.ahead = ahead;
        this.halves = halves;
        this.clock = clock;
    }

    long head(View view, FeedQuery query) {
        return feed(view, query).head();
    }

    void onStaleView(UnaryOperator<View> fresh) {
        freshView = fresh;
    }

    FeedPage read(View asked, FeedQuery query, Optional<String> text, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a page holds at least one change, so the limit cannot be " + limit);
        }
        Optional<Cursor> given = text.map(codec::read);
        // Before anything else is told of it.
        if (given.isPresent() && given.get().feed() != feed(asked, query).key) {
            throw new CursorException(Reason.INVALID, "The cursor belongs to another feed, query or principal");
        }
        given.ifPresent(this::checkAge);
        View view = given.isPresent() ? fresh(asked, given.get()) : asked;
        if (given.filter(cursor -> cursor.sawBefore(view.forgottenTo())).isPresent()) {
            throw expired("What this cursor's principal could see when it was given out is no longer known");
        }
        Resolved resolved = resolve(view, query);
        Feed feed = resolved.feed();
        long head = resolved.head();
        // A cursor at the very beginning has seen nothing yet, so it begins now.
        Cursor from = given.filter(cursor -> cursor.position() > 0).orElseGet(() -> start(feed));
        if (from.turn().isPresent() || from.view() != view.version()) {
            if (from.turn().isPresent() || view.differs(from.view(), Feed.asked(heads.known(), query))) {
                return readView(view, query, from, Math.min(limit, LARGEST_PAGE));
            }
            from = from.under(view.version());
        }
        if (feed.head() <= from.position()) {
            if (feed.narrow && from.expiredAt(heads.cursorState().compactedTo())) {
                // What took an entity out of sight may be gone, and with it what would have told that there is
                // something new.
                throw tooOld();
            }
            return nothingNew(from, given, text, head);
        }
        return readTable(feed, from, text, Math.min(limit, LARGEST_PAGE), head);
    }

    private View fresh(View view, Cursor cursor) {
        if (isBehind(view, cursor)) {
            View newer = freshView.apply(view);
            if (isBehind(newer, cursor)) {
                throw expired("The changelog begins anew since this cursor was given out");
            }
            return newer;
        }
        return view;
    }

    private static boolean isBehind(View view, Cursor cursor) {
        return Math.max(cursor.view(), cursor.turn().map(Cursor.Turn::view).orElse(0L)) > view.version();
    }

    /** A reader who begins holds nothing, and has seen nothing of what happened before something was granted. */
    private Cursor start(Feed feed) {
        CursorState state = heads.cursorState();
        return new Cursor(state.generation(), feed.key, 0, state.compactedTo(), today(), 0, 0, Optional.empty());
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
     * the tombstone horizon, though its reader comes daily. Whether anything was appended that the view does not see is not to be told by it.
     */
    private FeedPage nothingNew(Cursor from, Optional<Cursor> given, Optional<String> text, long head) {
        boolean stands = given.isPresent() && given.get().equals(from) && from.day() >= today();
        String cursor = stands ? text.orElseThrow() : codec.write(from.at(head, today()));
        return new FeedPage(List.of(), cursor, false);
    }

    private FeedPage readView(View view, FeedQuery query, Cursor from, int limit) {
        Optional<FeedPage> page = Optional.empty();
        while (page.isEmpty()) {
            // Before a connection is held: it may need one.
            page = readView(view, query, feed(view, query), from, limit);
        }
        return page.get();
    }

    /**
     * In one moment: what a view sees is put together of several statements.
     *
     * @return empty if the feed is not what it was any more
     */
    private Optional<FeedPage> readView(View view, FeedQuery query, Feed feed, Cursor from, int limit) {
        try (Connection connection = database.reader().getConnection()) {
            connection.setAutoCommit(false);
            if (database.dialect() == Database.Dialect.POSTGRESQL) {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            try {
                long to = Heads.readHead(connection);
                if (!heads.awaitHead(to, KNOWN)) {
                    heads.reload(connection);
                }
                if (!feed.isCurrent(heads)) {
                    return Optional.empty();
                }
                ViewReader.Read read = new ViewReader(
                                connection, database.dialect(), view, feed, Feed.asked(heads.known(), query), limit)
                        .read(from, to, today());
                return Optional.of(new FeedPage(read.changes(), codec.write(read.from()), read.hasMore()));
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
        }
    }

    private FeedPage readTable(Feed feed, Cursor from, Optional<String> text, int limit, long head) {
        FeedRows.Rows rows = text.flatMap(cursor -> ahead.take(cursor, feed, limit))
                .orElseGet(() -> rows(feed, from.position(), head, limit, MOST_BYTES));
        FeedPage page = page(from, rows, head);
        // Of a reader who came again, as those do who catch up; the page after it will not be much larger.
        if (text.isPresent() && rows.isFull(limit) && rows.bytes() <= ReadAhead.MOST_BYTES) {
            long last = rows.last();
            ahead.begin(page.cursor(), feed, limit, head, () -> rows(feed, last, head, limit, ReadAhead.MOST_BYTES));
        }
        return page;
    }

    /** @param head up to which the feed's collections are known */
    private FeedRows.Rows rows(Feed feed, long after, long head, int limit, int mostBytes) {
        if (feed.narrow) {
            return narrowRows(feed, after, head, limit, mostBytes);
        }
        try (Connection connection = database.reader().getConnection()) {
            return new FeedRows(connection, database.dialect()).read(feed, after, head, limit, mostBytes);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
        }
    }

    /** In halves, for each row lies somewhere else, and the processor waits for memory most of the time. */
    private FeedRows.Rows narrowRows(Feed feed, long after, long head, int limit, int mostBytes) {
        int half = database.dialect() == Database.Dialect.SQLITE ? halves.first(limit) : 0;
        FeedRows.Rows first;
        PageHalves.Second second;
        try (Connection connection = database.reader().getConnection()) {
            NarrowRows rows = new NarrowRows(connection, database.dialect(), feed, limit, mostBytes);
            OptionalLong middle = half > 0 ? rows.numberOf(half, after, head) : OptionalLong.empty();
            if (middle.isEmpty()) {
                return rows.read(after, head);
            }
            long to = middle.getAsLong();
            second = halves.begin(() -> secondHalf(feed, to, head, limit - half, mostBytes / 2));
            first = new NarrowRows(connection, database.dialect(), feed, half, mostBytes / 2).read(after, to);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
        }
        return first.hasMore() ? first : first.and(second.rows());
    }

    private FeedRows.Rows secondHalf(Feed feed, long after, long head, int limit, int mostBytes) {
        try (Connection connection = database.reader().getConnection()) {
            return new NarrowRows(connection, database.dialect(), feed, limit, mostBytes).read(after, head);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read the changelog: " + e.getMessage(), e);
        }
    }

    private FeedPage page(Cursor from, FeedRows.Rows rows, long head) {
        if (from.expiredAt(rows.horizon())) {
            throw tooOld();
        }
        long last = rows.last();
        long reached = rows.hasMore() ? last : Math.max(last, head);
        return new FeedPage(
                rows.changes(), codec.write(from.at(reached, today()).having(last)), rows.hasMore());
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
        if (query.integrationId()
                .filter(id -> !view.concerns(id) || !heads.known().hasIntegration(id))
                .isPresent()) {
            // Not kept: a client can ask for names without end. Nor is what is hidden, so that it takes as long as what
            // is not there.
            return Feed.select(heads, heads.known(), view, query, this::readScopes);
        }
        Asked asked = new Asked(view, query);
        Feed feed = feeds.get(asked);
        if (feed == null || !feed.isCurrent(heads)) {
            if (feeds.size() >= MOST_FEEDS) {
                feeds.clear();
            }
            feed = Feed.select(heads, heads.known(), view, query, this::readScopes);
            feeds.put(asked, feed);
        }
        return feed;
    }

    private void readScopes(List<ScopeHead> scopes, long to) {
        try (Connection connection = database.reader().getConnection()) {
            ScopeHeads.read(connection, database.dialect(), scopes, to);
            // Only afterwards: what another node's compaction kept from being read is then known to be gone.
            heads.reloadCursorState(connection);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot read where the changelog stands: " + e.getMessage(), e);
        }
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

    @Override
    public void close() {
        ahead.close();
        halves.close();
    }
}
