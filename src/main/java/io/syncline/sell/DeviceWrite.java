package io.syncline.sell;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is to be written of a device.
 *
 * @param no the device's number in the database
 * @param version that it was read with, or of the write before; it is written only over that one
 * @param nextVersion that it has then, and that it never has otherwise: what follows a write is not stored without it
 * @param positions as {@link Positions} writes them
 * @param promise as {@link Promise} writes it; empty for none
 */
record DeviceWrite(
        long no,
        long version,
        long nextVersion,
        long startedAt,
        ByteBuffer positions,
        ByteBuffer promise,
        List<Chunk> chunks) {

    /**
     * A part of one of its sets.
     *
     * @param revisions as {@link RevisionSet#chunk} writes them; empty to remove it
     */
    record Chunk(int kind, long number, ByteBuffer revisions) {

        boolean isRemoved() {
            return revisions.capacity() == 0;
        }
    }

    private static final byte[] NO_PROMISE = {};

    static DeviceWrite of(StoredDevice device, long startedAt, Optional<Promise> promise) {
        DeviceState state = device.state();
        List<Chunk> chunks = new ArrayList<>();
        add(chunks, DeviceStore.UNACKNOWLEDGED, state.unacknowledged());
        add(chunks, DeviceStore.NOT_HAD, state.notHad());
        add(chunks, DeviceStore.AHEAD, state.ahead());
        add(chunks, DeviceStore.SERVED, state.served());
        return new DeviceWrite(
                device.no(),
                device.version(),
                ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE),
                startedAt,
                ByteBuffer.wrap(Positions.write(state.positions())),
                ByteBuffer.wrap(promise.map(Promise::write).orElse(NO_PROMISE)),
                chunks);
    }

    private static void add(List<Chunk> chunks, int kind, RevisionSet revisions) {
        revisions
                .changedChunks()
                .forEach(chunk -> chunks.add(new Chunk(kind, chunk, ByteBuffer.wrap(revisions.chunk(chunk)))));
    }
}
