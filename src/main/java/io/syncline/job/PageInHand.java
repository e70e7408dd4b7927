package io.syncline.job;

import io.syncline.integration.PulledPage;

/**
 * What was pulled of a stream, between that and its append.
 *
 * @param page one page, or several that follow one another, as one
 * @param pages how many
 * @param changes whether it has anything that must be written
 */
record PageInHand(String stream, PulledPage page, int pages, boolean changes) {

    /**
     * Whether the page after this one can be appended with it. What is set aside is known by the checkpoint before it, to be pulled again, so a page that has
     * any begins anew.
     */
    boolean goesTogetherWith(PageInHand next) {
        return stream.equals(next.stream)
                && changes
                && next.changes
                && next.page.quarantined().isEmpty();
    }

    /** This and the page after it, as one. */
    PageInHand followedBy(PageInHand next) {
        return new PageInHand(stream, page.followedBy(next.page), pages + next.pages, true);
    }

    /** About the size of it in memory. */
    long bytes() {
        return page.bytes();
    }
}
