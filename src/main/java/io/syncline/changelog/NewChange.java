package io.syncline.changelog;

/**
 * A change that a page brings, before it has a number.
 *
 * @param previous the entity's change before it, as {@link Latest#seq}
 * @param entityNo the entity's number, as {@link Latest#first}
 * @param snapshot null for a delete
 */
record NewChange(
        EntityCollection collection,
        String entityId,
        Operation operation,
        long previous,
        long entityNo,
        long occurredAt,
        String scope,
        String previousScope,
        Snapshot snapshot) {

    byte[] data() {
        return snapshot == null ? null : snapshot.bytes();
    }
}
