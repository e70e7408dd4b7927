package io.syncline.job;

import io.syncline.integration.PulledPage;
import java.util.function.Supplier;

/**
 * What was pulled of a stream, between that and its append: one page, or several that follow one another, as one. Its records are read at first use. For
 * one thread after the other.
 */
final class PageInHand {

    private final String stream;
    private final int pages;
    private final boolean changes;
    private Supplier<PulledPage> records;
    private boolean read;

    private PageInHand(String stream, int pages, boolean changes, Supplier<PulledPage> records, boolean read) {
        this.stream = stream;
        this.pages = pages;
        this.changes = changes;
        this.records = records;
        this.read = read;
    }

    /**
     * One page whose records are not read yet.
     *
     * @param changes whether it has anything that must be written
     * @param records reads them
     */
    static PageInHand unread(String stream, boolean changes, Supplier<PulledPage> records) {
        return new PageInHand(stream, 1, changes, records, false);
    }

    String stream() {
        return stream;
    }

    /** How many pages of the upstream. */
    int pages() {
        return pages;
    }

    /** Whether it has anything that must be written. */
    boolean changes() {
        return changes;
    }

    boolean isRead() {
        return read;
    }

    /** The records, read now unless they are. */
    PulledPage page() {
        if (!read) {
            PulledPage page = records.get();
            // What they were read from is let go of.
            records = () -> page;
            read = true;
        }
        return records.get();
    }

    /**
     * Whether the page after this one can be appended with it, both being read. What is set aside is known by the checkpoint before it, to be pulled again, so a
     * page that has any begins anew.
     */
    boolean goesTogetherWith(PageInHand next) {
        return stream.equals(next.stream)
                && changes
                && next.changes
                && isRead()
                && next.isRead()
                && next.page().quarantined().isEmpty();
    }

    /** This and the page after it, as one. */
    PageInHand followedBy(PageInHand next) {
        PulledPage both = page().followedBy(next.page());
        return new PageInHand(stream, pages + next.pages, true, () -> both, true);
    }

    /** About the size of it in memory, as far as it is read. */
    long bytes() {
        return read ? page().bytes() : 0;
    }
}
