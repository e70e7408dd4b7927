package io.syncline.sandbox.letsbuild;

import io.syncline.sandbox.letsbuild.Cursors.Cursor;
import io.syncline.sandbox.letsbuild.Cursors.CursorException;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Ledger;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.util.List;
import java.util.Optional;

/** Answers one sync after a cursor, truthfully or as a fault wants it. Thread-safe. */
final class SyncPages {
    /** A page as the schema's {@code SyncChangeSet} has it. */
    record ChangeSet(List<Entry> changes, String cursor, boolean hasMore, long maxSequence) {}

    private final Ledger ledger;
    private final Cursors cursors;
    private final int pageSize;

    SyncPages(Ledger ledger, Cursors cursors, int pageSize) {
        this.ledger = ledger;
        this.cursors = cursors;
        this.pageSize = pageSize;
    }

    /**
     * The changes of the type after the cursor; without one, from the beginning.
     *
     * @throws CursorException if the cursor is not good for this sync
     */
    ChangeSet read(String entityType, Optional<String> cursorText, Distortion distortion) {
        Cursor cursor = cursorText.map(text -> cursors.read(entityType, text)).orElse(Cursor.START);
        if (cursor.sequence() > 0 && cursor.sequence() < ledger.horizon(entityType)) {
            throw new CursorException(
                    "CURSOR_EXPIRED", "The cursor is too old. Start again without a cursor to see the present state.");
        }
        String echo = cursorText.orElseGet(() -> cursors.write(entityType, cursor));
        if (distortion.emptyListing()) {
            return new ChangeSet(List.of(), echo, false, cursor.sequence());
        }
        if (cursor.sequence() > 0 && cursor.repeats() == 0 && distortion.takeDuplicatePage()) {
            return again(entityType, cursor);
        }
        return next(entityType, cursor, echo, distortion.sameCursor());
    }

    private ChangeSet next(String entityType, Cursor cursor, String echo, boolean sameCursor) {
        List<Entry> entries = ledger.after(entityType, cursor.sequence(), pageSize + 1);
        boolean hasMore = entries.size() > pageSize;
        List<Entry> page = hasMore ? entries.subList(0, pageSize) : entries;
        if (sameCursor) {
            return new ChangeSet(page, echo, true, cursor.sequence());
        }
        if (page.isEmpty()) {
            return new ChangeSet(page, echo, false, cursor.sequence());
        }
        long last = page.get(page.size() - 1).sequence();
        return new ChangeSet(page, cursors.write(entityType, new Cursor(last, 0)), hasMore, last);
    }

    /** The page that ended where the caller stands, once more; its cursor is new but leads no further. */
    private ChangeSet again(String entityType, Cursor cursor) {
        List<Entry> page = ledger.upTo(entityType, cursor.sequence(), pageSize);
        String next = cursors.write(entityType, new Cursor(cursor.sequence(), cursor.repeats() + 1));
        return new ChangeSet(page, next, true, cursor.sequence());
    }
}
