package io.syncline.sell;

import io.syncline.changelog.Current;
import io.syncline.changelog.Revision;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A page of a queue while it is written. Not for several threads. */
final class QueuePage {

    /** What an item takes beside its snapshot, roughly. */
    private static final int AROUND = 200;

    private final PageBytes out;
    private final List<String> failed = new ArrayList<>();
    private int count;

    /** @param expected what is to be on it, more or less */
    QueuePage(List<Current> expected) {
        long bytes = AROUND;
        for (Current current : expected) {
            bytes += AROUND + current.data().map(data -> data.length).orElse(0);
        }
        out = new PageBytes((int) Math.min(bytes, 1 << 30));
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
     * @return where its event is, if it is there as an item
     */
    Optional<Integer> add(ServedType type, Current current) {
        int before = out.size();
        try {
            if (count > 0) {
                out.add(',');
            }
            int eventAt = type.write(current, out);
            count++;
            return Optional.of(eventAt);
        } catch (UnservableException e) {
            out.cutTo(before);
            Revision revision = current.revision();
            failed.add("{\"type\":" + JsonText.quoted(type.name()) + ",\"id\":" + JsonText.quoted(revision.entityId())
                    + ",\"revision\":" + revision.sequenceVersion() + ",\"message\":"
                    + JsonText.quoted(type.keyName() + e.getMessage()) + "}");
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
