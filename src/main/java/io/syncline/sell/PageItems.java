package io.syncline.sell;

import io.syncline.changelog.Revision;
import java.util.List;

/** The items of a page, one by one and as a whole: most pages are served and acknowledged whole, which costs little. Immutable. */
final class PageItems {

    private final Served[] items;
    private final long[] revisions;
    private final long[] firsts;
    private final boolean asQueued;

    PageItems(List<Served> served) {
        items = served.toArray(Served[]::new);
        revisions = new long[items.length];
        firsts = new long[items.length];
        boolean all = true;
        for (int at = 0; at < items.length; at++) {
            Served item = items[at];
            Revision revision = item.revision();
            revisions[at] = revision.sequenceVersion();
            firsts[at] = revision.first();
            all &= revisions[at] == item.queued() && (item.inSight() || revision.deleted());
        }
        asQueued = all;
    }

    int count() {
        return items.length;
    }

    boolean isEmpty() {
        return items.length == 0;
    }

    Served get(int at) {
        return items[at];
    }

    /** What is to be acknowledged, in the order of the page; not to be modified. */
    long[] revisions() {
        return revisions;
    }

    /** The first changes of the entities, in the order of the page; not to be modified. */
    long[] firsts() {
        return firsts;
    }

    /** Whether each item is the change that stood for it in the queue, and is told as what that change was. */
    boolean isAsQueued() {
        return asQueued;
    }
}
