package io.syncline.sell;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/** The pages that a device was served last, to acknowledge what is on them without a look at the changelog. Not for several threads. */
final class Lately {

    /** Items. */
    private static final int MOST = 500;
    /** The pages that were served last stay, however many items they have: clients ask for a page or two while they acknowledge another. */
    private static final int AT_LEAST = 3;

    /** The last one first. */
    private final Deque<Page> pages = new ArrayDeque<>();

    private int count;

    /** What is on a page, by revision, and where the last one was found: keys mostly come back in their order. */
    private static final class Page {
        private final PageItems items;
        /** In ascending order of revisions; empty if the page has that order. */
        private final Integer[] order;

        private int next;

        Page(PageItems items) {
            this.items = items;
            this.order = isAscending(items.revisions()) ? new Integer[0] : ascending(items);
        }

        private static boolean isAscending(long[] revisions) {
            for (int at = 1; at < revisions.length; at++) {
                if (revisions[at - 1] > revisions[at]) {
                    return false;
                }
            }
            return true;
        }

        private static Integer[] ascending(PageItems items) {
            Integer[] order = new Integer[items.count()];
            Arrays.setAll(order, Integer::valueOf);
            Arrays.sort(order, Comparator.comparingLong(at -> items.revisions()[at]));
            return order;
        }

        private Served item(int at) {
            return items.get(order.length == 0 ? at : order[at]);
        }

        /** Where a revision is; negative if it is not there. */
        int find(long revision) {
            if (next < items.count() && revision(next) == revision) {
                return next++;
            }
            int low = 0;
            int high = items.count() - 1;
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
            return item(at).revision().sequenceVersion();
        }
    }

    void add(PageItems items) {
        if (items.isEmpty()) {
            return;
        }
        pages.addFirst(new Page(items));
        count += items.count();
        while (count > MOST && pages.size() > AT_LEAST) {
            count -= pages.removeLast().items.count();
        }
    }

    /** An item by its revision, if it is on one of the pages. */
    Optional<Served> find(long revision) {
        for (Page page : pages) {
            int at = page.find(revision);
            if (at >= 0) {
                return Optional.of(page.item(at));
            }
        }
        return Optional.empty();
    }

    /** The page that a payload acknowledges as a whole, and nothing else. */
    Optional<PageItems> acknowledgedBy(byte[] payload) {
        for (Page page : pages) {
            if (WholePage.isAcknowledged(page.items, payload)) {
                return Optional.of(page.items);
            }
        }
        return Optional.empty();
    }

    /** Drops the pages of which nothing is to be acknowledged any more. */
    void dropAcknowledged(RevisionSet served) {
        pages.removeIf(page -> {
            boolean acknowledged = served.containsNone(page.items.revisions());
            if (acknowledged) {
                count -= page.items.count();
            }
            return acknowledged;
        });
    }
}
