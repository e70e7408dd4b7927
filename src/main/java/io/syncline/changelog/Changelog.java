package io.syncline.changelog;

import io.syncline.storage.Database;
import java.time.Clock;
import java.util.Optional;

/** The sequenced changelog over one database. Safe for use by many threads. */
public final class Changelog implements AutoCloseable {

    private Changelog() {}

    public static Changelog open(Database database, Clock clock) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends what changed of a page, in one transaction with its checkpoint and its job's progress.
     *
     * @throws FencedException if the page's fence is older than the integration's
     */
    public Appended append(Page page) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads what comes after a cursor. A poll with nothing new touches no table.
     *
     * @param cursor as served before; empty reads from the beginning: the complete present state
     * @param limit most changes on the page, 1 or more
     * @throws CursorException if the cursor cannot be read from
     */
    public FeedPage read(View view, FeedQuery query, Optional<String> cursor, int limit) {
        throw new UnsupportedOperationException();
    }

    /**
     * The highest sequence version among the changes that the view and the query select, from memory; 0 for none. Two equal answers
     * mean that nothing was appended to the feed in between.
     */
    public long head(View view, FeedQuery query) {
        throw new UnsupportedOperationException();
    }

    /** The highest sequence version of all, from memory; 0 for none. */
    public long head() {
        throw new UnsupportedOperationException();
    }

    /** Where a stream stands; empty before its first page. */
    public Optional<String> checkpoint(String integrationId, String stream) {
        throw new UnsupportedOperationException();
    }

    /** Forgets where an integration's streams stand, so that its next job pulls everything. What did not change is not appended again. */
    public void resetCheckpoints(String integrationId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
