package io.syncline.sell;

import io.syncline.changelog.Change;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A page of a queue while it is written. Not for several threads. */
final class QueuePage {

    private final PageBytes out = new PageBytes();
    private final List<String> failed = new ArrayList<>();
    private int count;

    QueuePage() {
        out.add("{\"items\":[");
    }

    /** Says of a living item whether the device has it. */
    void tell(int eventAt, boolean had) {
        out.replace(eventAt, had ? ServedType.UPDATED : ServedType.CREATED);
    }

    /** Lists as failed what failed on another page too, which is not given out for want of an item. */
    void addFailed(QueuePage other) {
        failed.addAll(0, other.failed);
    }

    /** How many bytes it has by now. */
    int size() {
        return out.size();
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
     * @return where it is, if it is there as an item
     */
    Optional<ServedType.Written> add(ServedType type, Change change) {
        int before = out.size();
        try {
            if (count > 0) {
                out.add(',');
            }
            ServedType.Written written = type.write(change, out);
            count++;
            return Optional.of(written);
        } catch (UnservableException e) {
            out.cutTo(before);
            failed.add("{\"type\":" + type.name() + ",\"id\":" + JsonText.quoted(change.entityId()) + ",\"revision\":"
                    + change.sequenceVersion() + ",\"message\":" + JsonText.quoted(type.keyName() + e.getMessage())
                    + "}");
            return Optional.empty();
        }
    }

    /**
     * The page as JSON; nothing is to be added afterwards.
     *
     * @param left how many items are left in the queue
     */
    ByteBuffer finish(long left) {
        out.add("],");
        if (!failed.isEmpty()) {
            out.add("\"failed_objects\":[" + String.join(",", failed) + "],");
        }
        out.add("\"meta\":{\"type\":\"collection\",\"count\":" + count + ",\"count_left\":" + left + "}}");
        return out.toBuffer();
    }
}
