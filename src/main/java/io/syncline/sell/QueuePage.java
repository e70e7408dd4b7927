package io.syncline.sell;

import io.syncline.changelog.Change;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A page of a queue while it is written. Not for several threads. */
final class QueuePage {

    private static final byte[] BEGIN = "{\"items\":[".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
    private final List<String> failed = new ArrayList<>();
    private int count;

    QueuePage() {
        out.writeBytes(BEGIN);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Adds an item; one that cannot be put into shape is listed instead as failed.
     *
     * @return whether it is there as an item
     */
    boolean add(ServedType type, Change change, String event) {
        int before = out.size();
        try {
            if (count > 0) {
                out.write(',');
            }
            type.write(change, event, out);
            count++;
            return true;
        } catch (UnservableException e) {
            byte[] soFar = out.toByteArray();
            out.reset();
            out.write(soFar, 0, before);
            failed.add("{\"type\":" + type.name() + ",\"id\":" + JsonText.quoted(change.entityId()) + ",\"revision\":"
                    + change.sequenceVersion() + ",\"message\":" + JsonText.quoted(type.keyName() + e.getMessage())
                    + "}");
            return false;
        }
    }

    /**
     * The page as JSON.
     *
     * @param left how many items are left in the queue
     */
    byte[] finish(long left) {
        String end = "],"
                + (failed.isEmpty() ? "" : "\"failed_objects\":[" + String.join(",", failed) + "],")
                + "\"meta\":{\"type\":\"collection\",\"count\":" + count + ",\"count_left\":" + left + "}}";
        out.writeBytes(end.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
