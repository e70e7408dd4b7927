package io.syncline.sell;

import io.syncline.changelog.View;

/** A page that can be given out, and what it was made of. Whether the device has the items is said only then. */
final class MadePage {

    private final Origin origin;
    private final long[] taken;
    private final long[] unread;
    private final PageItems items;
    private final QueuePage page;

    /**
     * What it was made by.
     *
     * @param types as which its items were put into shape
     * @param head of the collections that it was read from, before it was read
     */
    record Origin(View view, ServedTypes types, long head) {}

    MadePage(Origin origin, long[] taken, long[] unread, PageItems items, QueuePage page) {
        this.origin = origin;
        this.taken = taken;
        this.unread = unread;
        this.items = items;
        this.page = page;
    }

    Origin origin() {
        return origin;
    }

    /** The changes of the queue that it stands for. */
    long[] taken() {
        return taken;
    }

    /** Those among them for which there was no room. */
    long[] unread() {
        return unread;
    }

    PageItems items() {
        return items;
    }

    QueuePage page() {
        return page;
    }

    /** Whether all of it is still to be told to a device. */
    boolean isDue(DeviceState state) {
        return state.unacknowledged().containsAll(taken);
    }

    /** Says what the device has. */
    void tell(DeviceState state) {
        boolean allNew = state.notHad().containsAll(items.firsts());
        for (int at = 0; at < items.count(); at++) {
            Served item = items.get(at);
            if (item.inSight()) {
                page.tell(item.eventAt(), !allNew && state.has(item.revision().first()));
            }
        }
    }
}
