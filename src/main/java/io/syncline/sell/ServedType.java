package io.syncline.sell;

import io.syncline.changelog.Current;
import io.syncline.changelog.Revision;
import java.nio.charset.StandardCharsets;

/** How one entity type is served. Immutable. */
final class ServedType {

    /** The events, which are of one length, so that one can stand in for another. */
    static final byte[] CREATED = ascii("created");

    static final byte[] UPDATED = ascii("updated");
    private static final byte[] DELETED = ascii("deleted");

    private static final byte[] LIVING = ascii("{\"data\":");
    private static final byte[] GONE = ascii("{\"data\":{\"id\":");
    private static final byte[] VERSION = ascii(",\"version\":");
    private static final byte[] EVENT = ascii(",\"sync\":{\"event_type\":\"");
    private static final byte[] REVISION = ascii("\",\"revision\":");
    private static final byte[] END = ascii("}}}");

    private final String name;
    private final String keyName;
    private final Shape idShape;
    private final Shape shape;
    private final byte[] meta;
    private final byte[] keyBegin;

    /**
     * @param name as clients know it, in the meta of an item
     * @param keyName as it stands in acknowledgement keys
     * @param idShape of the id: a whole number where the type says so, else a text
     */
    ServedType(String name, String keyName, Shape idShape, Shape shape) {
        this.name = name;
        this.keyName = keyName;
        this.idShape = idShape;
        this.shape = shape;
        this.meta = utf8(",\"meta\":{\"type\":" + JsonText.quoted(name));
        String key = JsonText.quoted(keyName);
        this.keyBegin = utf8("\",\"ack_key\":" + key.substring(0, key.length() - 1) + '-');
    }

    String name() {
        return name;
    }

    String keyName() {
        return keyName;
    }

    /**
     * Writes an item, as a delete if the entity is gone or out of sight, and else as an update, until {@link QueuePage#tell} is told more.
     *
     * @return where the event is written
     * @throws UnservableException if it cannot be put into shape; what has been written by then is to be dropped
     */
    int write(Current current, PageBytes out) throws UnservableException {
        Revision revision = current.revision();
        boolean living = current.data().isPresent();
        if (living) {
            byte[] stored = current.data().get();
            out.add(LIVING);
            shape.write(stored, 0, stored.length, out);
        } else {
            byte[] text = utf8(JsonText.quoted(revision.entityId()));
            out.add(GONE);
            idShape.write(text, 0, text.length, out);
            out.add('}');
        }
        out.add(meta);
        out.add(VERSION);
        int from = out.size();
        out.add(revision.sequenceVersion());
        int to = out.size();
        out.add(EVENT);
        int eventAt = out.size();
        out.add(living ? UPDATED : DELETED);
        out.add(keyBegin);
        out.add(JsonText.escaped(revision.entityId()));
        out.add('-');
        out.again(from, to);
        out.add(REVISION);
        out.again(from, to);
        out.add(END);
        return eventAt;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
