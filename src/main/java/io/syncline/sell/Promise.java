package io.syncline.sell;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a device is expected to be served next, stored with an acknowledgement, so that giving it out needs no transaction: a {@link Marks mark} says
 * that it was. Immutable.
 */
final class Promise {

    private final long id;
    private final long[] revisions;

    /**
     * @param id that no other promise has
     * @param revisions in ascending order, one at least
     */
    Promise(long id, long[] revisions) {
        this.id = id;
        this.revisions = revisions.clone();
    }

    long id() {
        return id;
    }

    /** Takes it as served. */
    void keep(RevisionSet served) {
        served.addAll(revisions);
    }

    /** Whether these items are just what was promised, in its order. */
    boolean isOf(PageItems items) {
        return Arrays.equals(items.revisions(), revisions);
    }

    /** As {@link #read} reads it: its id, and for each run of numbers how far it is from the one before, and how long. */
    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
        long after = 0;
        int at = 0;
        while (at < revisions.length) {
            int end = at + 1;
            while (end < revisions.length && revisions[end] == revisions[at] + end - at) {
                end++;
            }
            Varint.write(bytes, revisions[at] - after);
            Varint.write(bytes, end - at);
            after = revisions[end - 1];
            at = end;
        }
        return bytes.toByteArray();
    }

    static Promise read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        long id = from.getLong();
        List<Long> revisions = new ArrayList<>();
        long after = 0;
        while (from.hasRemaining()) {
            long first = after + Varint.read(from);
            long count = Varint.read(from);
            for (long at = 0; at < count; at++) {
                revisions.add(first + at);
            }
            after = first + count - 1;
        }
        return new Promise(id, revisions.stream().mapToLong(Long::longValue).toArray());
    }
}
