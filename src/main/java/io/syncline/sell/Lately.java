package io.syncline.sell;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The pages that a device was served last, to acknowledge what is on them without a look at the changelog. Not for several threads. */
final class Lately {

    /** Items; the page that was served last stays, however many it has. */
    private static final int MOST = 500;

    private static final Comparator<Served> BY_REVISION =
            Comparator.comparingLong(item -> item.revision().sequenceVersion());

    /** The last one first. */
    private final Deque<Page> pages = new ArrayDeque<>();

    private int count;

    /** What is on a page, by revision, and where the last one was found: keys mostly come back in their order. */
    private static final class Page {
        private final Served[] items;
        private int next;

        Page(List<Served> served) {
            items = served.toArray(Served[]::new);
            for (int at = 1; at < items.length; at++) {
                if (BY_REVISION.compare(items[at - 1], items[at]) > 0) {
                    Arrays.sort(items, BY_REVISION);
                    return;
                }
            }
        }

        /** Where a revision is; negative if it is not there. */
        int find(long revision) {
            if (next < items.length && revision(next) == revision) {
                return next++;
            }
            int low = 0;
            int high = items.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                long found = revision(middle);
                if (found == revision) {
                    next = middle + 1;
                    return middle;
                }
                if (found < revision) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1;
        }

        private long revision(int at) {
            return items[at].revision().sequenceVersion();
        }
    }

    void add(List<Served> items) {
        if (items.isEmpty()) {
            return;
        }
        pages.addFirst(new Page(items));
        count += items.size();
        while (count > MOST && pages.size() > 1) {
            count -= pages.removeLast().items.length;
        }
    }

    /** An item by its revision, if it is on one of the pages. */
    Optional<Served> find(long revision) {
        for (Page page : pages) {
            int at = page.find(revision);
            if (at >= 0) {
                return Optional.of(page.items[at]);
            }
        }
        return Optional.empty();
    }

    /** Drops the pages of which nothing is to be acknowledged any more. */
    void dropAcknowledged(RevisionSet served) {
        pages.removeIf(page -> {
            for (int at = 0; at < page.items.length; at++) {
                if (served.contains(page.revision(at))) {
                    return false;
                }
            }
            count -= page.items.length;
            return true;
        });
    }
}
