package io.syncline.sell;

import io.syncline.changelog.Change;
import io.syncline.changelog.Operation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * How one entity type is served. Immutable.
 *
 * @param name as clients know it, in the meta of an item, as JSON with its quotes
 * @param keyName as it stands in acknowledgement keys
 * @param idShape of the id: a whole number where the type says so, else a text
 */
record ServedType(String name, String keyName, Shape idShape, Shape shape) {

    /**
     * Writes an item.
     *
     * @throws UnservableException if it cannot be put into shape; nothing has been written then
     */
    void write(Change change, String event, ByteArrayOutputStream out) throws UnservableException {
        String id = JsonText.quoted(change.entityId());
        ByteArrayOutputStream data = new ByteArrayOutputStream(1024);
        if (change.operation() == Operation.DELETED) {
            byte[] quoted = id.getBytes(StandardCharsets.UTF_8);
            data.writeBytes("{\"id\":".getBytes(StandardCharsets.US_ASCII));
            idShape.write(quoted, 0, quoted.length, data);
            data.write('}');
        } else {
            byte[] stored = change.data().orElseThrow();
            shape.write(stored, 0, stored.length, data);
        }
        String key = keyName + '-' + change.entityId() + '-' + change.sequenceVersion();
        out.writeBytes("{\"data\":".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(data.toByteArray());
        out.writeBytes((",\"meta\":{\"type\":" + name + ",\"version\":" + change.sequenceVersion()
                        + ",\"sync\":{\"event_type\":\"" + event + "\",\"ack_key\":" + JsonText.quoted(key)
                        + ",\"revision\":" + change.sequenceVersion() + "}}}")
                .getBytes(StandardCharsets.UTF_8));
    }
}
