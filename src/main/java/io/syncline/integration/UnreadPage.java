package io.syncline.integration;

import java.util.Optional;
import java.util.function.Supplier;

/** One page as it was pulled, whose records are read when that is asked for, by whichever thread has the time. */
public final class UnreadPage {

    private final Optional<String> checkpoint;
    private final boolean hasMore;
    private final boolean empty;
    private final Supplier<PulledPage> records;

    UnreadPage(Optional<String> checkpoint, boolean hasMore, boolean empty, Supplier<PulledPage> records) {
        this.checkpoint = checkpoint;
        this.hasMore = hasMore;
        this.empty = empty;
        this.records = records;
    }

    /** Where the stream stands after the page; empty where the upstream tells none. */
    public Optional<String> checkpoint() {
        return checkpoint;
    }

    /** Whether the upstream has more to give at once. */
    public boolean hasMore() {
        return hasMore;
    }

    /** Whether it tells of nothing, neither records nor what could not be given. */
    public boolean isEmpty() {
        return empty;
    }

    /** Reads its records by their entity types; anew each time. */
    public PulledPage read() {
        return records.get();
    }
}
