package io.syncline.sell;

import io.syncline.changelog.View;
import java.util.List;

/** A page that can be given out, and what it was made of. Whether the device has the items is said only then. */
final class MadePage {

    private final Origin origin;
    private final long[] taken;
    private final long[] unread;
    private final List<Served> items;
    private final QueuePage page;

    /**
     * What it was made by.
     *
     * @param types as which its items were put into shape
     * @param head of the collections that it was read from, before it was read
     */
    record Origin(View view, ServedTypes types, long head) {}

    MadePage(Origin origin, long[] taken, long[] unread, List<Served> items, QueuePage page) {
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

    List<Served> items() {
        return items;
    }

    QueuePage page() {
        return page;
    }

    /** Whether all of it is still to be told to a device. */
    boolean isDue(DeviceState state) {
        for (long change : taken) {
            if (!state.unacknowledged().contains(change)) {
                return false;
            }
        }
        return true;
    }

    /** Says what the device has. */
    void tell(DeviceState state) {
        for (Served item : items) {
            if (item.inSight()) {
                page.tell(item.eventAt(), state.has(item.revision().first()));
            }
        }
    }
}
