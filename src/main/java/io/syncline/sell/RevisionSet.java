package io.syncline.sell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of sequence versions, compressed, in chunks of {@value #CHUNK} of which each is kept by itself, so that a change costs the disk one
 * chunk of at most 8 kB. Not for several threads.
 */
final class RevisionSet {

    private static final int CHUNK_BITS = 16;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final long NONE = -1;

    private final TreeMap<Long, RoaringBitmap> chunks = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();
    /** The chunk that was used last, for most of what comes is in it too; {@link #NONE} if there is none. */
    private long lastChunk = NONE;

    private RoaringBitmap lastBits;

    /** The chunk that was changed last. */
    private long lastChanged = NONE;

    boolean add(long revision) {
        long chunk = revision >>> CHUNK_BITS;
        RoaringBitmap bits = bits(chunk);
        if (bits == null) {
            bits = new RoaringBitmap();
            put(chunk, bits);
        }
        boolean added = bits.checkedAdd(low(revision));
        if (added) {
            changed(chunk);
        }
        return added;
    }

    boolean remove(long revision) {
        long chunk = revision >>> CHUNK_BITS;
        RoaringBitmap bits = bits(chunk);
        if (bits == null || !bits.checkedRemove(low(revision))) {
            return false;
        }
        dropIfEmpty(chunk, bits);
        changed(chunk);
        return true;
    }

    /** Something that is done with the members of a chunk that lie between two numbers of 16 bits, the second one excluded. */
    private interface Run {
        boolean with(long chunk, int from, int to);
    }

    /** Goes through numbers in any order, those that follow each other at once, until something cannot be done. */
    private static boolean runs(long[] revisions, Run run) {
        int at = 0;
        while (at < revisions.length) {
            long chunk = revisions[at] >>> CHUNK_BITS;
            int from = low(revisions[at]);
            int count = 1;
            while (at + count < revisions.length
                    && revisions[at + count] == revisions[at] + count
                    && from + count < CHUNK) {
                count++;
            }
            if (!run.with(chunk, from, from + count)) {
                return false;
            }
            at += count;
        }
        return true;
    }

    void addAll(long[] revisions) {
        runs(revisions, (chunk, from, to) -> {
            RoaringBitmap bits = bits(chunk);
            if (bits == null) {
                bits = new RoaringBitmap();
                put(chunk, bits);
            }
            if (!bits.contains((long) from, (long) to)) {
                bits.add((long) from, (long) to);
                changed(chunk);
            }
            return true;
        });
    }

    void removeAll(long[] revisions) {
        runs(revisions, (chunk, from, to) -> {
            RoaringBitmap bits = bits(chunk);
            if (bits != null && bits.intersects((long) from, (long) to)) {
                bits.remove((long) from, (long) to);
                dropIfEmpty(chunk, bits);
                changed(chunk);
            }
            return true;
        });
    }

    boolean containsAll(long[] revisions) {
        return runs(revisions, (chunk, from, to) -> {
            RoaringBitmap bits = bits(chunk);
            return bits != null && bits.contains((long) from, (long) to);
        });
    }

    boolean containsNone(long[] revisions) {
        return runs(revisions, (chunk, from, to) -> {
            RoaringBitmap bits = bits(chunk);
            return bits == null || !bits.intersects((long) from, (long) to);
        });
    }

    private void dropIfEmpty(long chunk, RoaringBitmap bits) {
        if (bits.isEmpty()) {
            chunks.remove(chunk);
            lastChunk = NONE;
        }
    }

    private void changed(long chunk) {
        if (chunk != lastChanged) {
            changed.add(chunk);
            lastChanged = chunk;
        }
    }

    boolean contains(long revision) {
        RoaringBitmap bits = bits(revision >>> CHUNK_BITS);
        return bits != null && bits.contains(low(revision));
    }

    /** A chunk's members; null if it has none. */
    private RoaringBitmap bits(long chunk) {
        if (chunk == lastChunk) {
            return lastBits;
        }
        RoaringBitmap bits = chunks.get(chunk);
        if (bits != null) {
            lastChunk = chunk;
            lastBits = bits;
        }
        return bits;
    }

    private void put(long chunk, RoaringBitmap bits) {
        chunks.put(chunk, bits);
        lastChunk = chunk;
        lastBits = bits;
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    long size() {
        long size = 0;
        for (RoaringBitmap bits : chunks.values()) {
            size += bits.getCardinality();
        }
        return size;
    }

    /** The lowest member; 0 if there is none. */
    long lowest() {
        Map.Entry<Long, RoaringBitmap> first = chunks.firstEntry();
        return first == null
                ? 0
                : (first.getKey() << CHUNK_BITS) | first.getValue().first();
    }

    void clear() {
        changed.addAll(chunks.keySet());
        chunks.clear();
        lastChunk = NONE;
    }

    /** Removes the members up to a number that the other set does not have. */
    void retainUpTo(long last, RevisionSet other) {
        for (Map.Entry<Long, RoaringBitmap> entry :
                List.copyOf(chunks.headMap(last >>> CHUNK_BITS, true).entrySet())) {
            long base = entry.getKey() << CHUNK_BITS;
            RoaringBitmap gone = entry.getValue().clone();
            gone.remove(Math.min(CHUNK, last - base + 1), CHUNK);
            RoaringBitmap others = other.chunks.get(entry.getKey());
            if (others != null) {
                gone.andNot(others);
            }
            gone.forEach((int low) -> remove(base | low));
        }
    }

    /** In ascending order; the set is not to be changed meanwhile. */
    void forEach(LongConsumer consumer) {
        chunks.forEach((chunk, bits) -> bits.forEach((int low) -> consumer.accept((chunk << CHUNK_BITS) | low)));
    }

    /** A set with the same members, none of its chunks changed. */
    RevisionSet copy() {
        RevisionSet copy = new RevisionSet();
        chunks.forEach((chunk, bits) -> {
            RoaringBitmap own = bits.clone();
            own.runOptimize();
            copy.chunks.put(chunk, own);
        });
        return copy;
    }

    /** The lowest members above {@code after} that the other set has too, at most {@code limit} of them, in ascending order. */
    long[] inBoth(RevisionSet other, long after, int limit) {
        long[] found = new long[limit];
        int count = 0;
        Iterator<Map.Entry<Long, RoaringBitmap>> from = above(after).entrySet().iterator();
        while (count < limit && from.hasNext()) {
            Map.Entry<Long, RoaringBitmap> entry = from.next();
            RoaringBitmap others = other.chunks.get(entry.getKey());
            if (others == null) {
                continue;
            }
            long base = entry.getKey() << CHUNK_BITS;
            PeekableIntIterator members = entry.getValue().getIntIterator();
            members.advanceIfNeeded((int) Math.max(0, after + 1 - base));
            while (count < limit && members.hasNext()) {
                int low = members.next();
                if (others.contains(low)) {
                    found[count++] = base | low;
                }
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** How many members above {@code after} the other set has too. */
    long countInBoth(RevisionSet other, long after) {
        long count = 0;
        for (Map.Entry<Long, RoaringBitmap> entry : above(after).entrySet()) {
            RoaringBitmap others = other.chunks.get(entry.getKey());
            if (others == null) {
                continue;
            }
            long first = after + 1 - (entry.getKey() << CHUNK_BITS);
            count += first <= 0
                    ? RoaringBitmap.andCardinality(entry.getValue(), others)
                    : RoaringBitmap.and(entry.getValue(), others).rangeCardinality(first, CHUNK);
        }
        return count;
    }

    /** Numbers of the chunks that have changed since the set was made or {@link #saved}. */
    Set<Long> changedChunks() {
        return changed;
    }

    /** A chunk as {@link #load} reads it; empty where the chunk has no members. */
    byte[] chunk(long chunk) {
        RoaringBitmap bits = chunks.get(chunk);
        if (bits == null) {
            return new byte[0];
        }
        bits.runOptimize();
        ByteBuffer bytes = ByteBuffer.allocate(bits.serializedSizeInBytes());
        bits.serialize(bytes);
        return bytes.array();
    }

    void saved() {
        changed.clear();
        lastChanged = NONE;
    }

    /** Puts a chunk in place that {@link #chunk} wrote. */
    void load(long chunk, byte[] bytes) {
        RoaringBitmap bits = new RoaringBitmap();
        try {
            bits.deserialize(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("chunk " + chunk + " of a device's revisions cannot be read", e);
        }
        put(chunk, bits);
    }

    private NavigableMap<Long, RoaringBitmap> above(long after) {
        return chunks.tailMap((after + 1) >>> CHUNK_BITS, true);
    }

    private static int low(long revision) {
        return (int) (revision & (CHUNK - 1));
    }
}
