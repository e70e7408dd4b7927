package io.syncline.changelog;

import java.util.concurrent.atomic.AtomicLong;

/** One entity type of one integration: the unit that feeds select. One object a collection, with its head in memory. */
final class EntityCollection {

    final int no;
    final String integrationId;
    final String entityType;
    private final AtomicLong head = new AtomicLong();

    EntityCollection(int no, String integrationId, String entityType) {
        this.no = no;
        this.integrationId = integrationId;
        this.entityType = entityType;
    }

    /** The highest sequence version ever committed to it up to {@link Heads#head}. */
    long head() {
        return head.get();
    }

    /** Never goes back. */
    void raiseHead(long seq) {
        head.accumulateAndGet(seq, Math::max);
    }
}
