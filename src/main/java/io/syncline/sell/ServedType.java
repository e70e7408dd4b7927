package io.syncline.sell;

import io.syncline.changelog.Change;
import io.syncline.changelog.Operation;
import java.nio.charset.StandardCharsets;

/**
 * How one entity type is served. Immutable.
 *
 * @param name as clients know it, in the meta of an item, as JSON with its quotes
 * @param keyName as it stands in acknowledgement keys
 * @param idShape of the id: a whole number where the type says so, else a text
 */
record ServedType(String name, String keyName, Shape idShape, Shape shape) {

    /** The events, which are of one length, so that one can stand in for another. */
    static final String CREATED = "created";

    static final String UPDATED = "updated";
    static final String DELETED = "deleted";

    /** An item on a page. */
    record Written(String key, int eventAt) {}

    /**
     * Writes an item, as a delete if the change is one, and else as an update, until {@link QueuePage#tell} is told more.
     *
     * @return the key that acknowledges it, and where the event is written
     * @throws UnservableException if it cannot be put into shape; what has been written by then is to be dropped
     */
    Written write(Change change, PageBytes out) throws UnservableException {
        boolean deleted = change.operation() == Operation.DELETED;
        out.add("{\"data\":");
        if (deleted) {
            byte[] id = JsonText.quoted(change.entityId()).getBytes(StandardCharsets.UTF_8);
            out.add("{\"id\":");
            idShape.write(id, 0, id.length, out);
            out.add('}');
        } else {
            byte[] stored = change.data().orElseThrow();
            shape.write(stored, 0, stored.length, out);
        }
        String key = AckKey.of(keyName, change.entityId(), change.sequenceVersion());
        String revision = Long.toString(change.sequenceVersion());
        out.add(",\"meta\":{\"type\":");
        out.add(name);
        out.add(",\"version\":");
        out.add(revision);
        out.add(",\"sync\":{\"event_type\":\"");
        int eventAt = out.size();
        out.add(deleted ? DELETED : UPDATED);
        out.add("\",\"ack_key\":");
        out.add(JsonText.quoted(key));
        out.add(",\"revision\":");
        out.add(revision);
        out.add("}}}");
        return new Written(key, eventAt);
    }
}
