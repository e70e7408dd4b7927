package io.syncline.changelog;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Numbers of entities by a hash of their ids, several under one hash where two ids have the same. An array of open addressing: a map
 * of boxed numbers would weigh several times as much. For use by one thread.
 */
final class RecentNumbers {

    private static final int SMALLEST = 1 << 10;

    /** In each place a hash and the number that stands under it, 0 where the place is free: side by side, so that memory is waited for once. */
    private long[] places = new long[2 * SMALLEST];

    private int size;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(places, 0);
        size = 0;
    }

    /** @param number above 0 */
    void add(long hash, long number) {
        if (4 * size >= places.length) {
            grow();
        }
        int at = place(hash);
        while (places[at + 1] != 0) {
            at = next(at);
        }
        places[at] = hash;
        places[at + 1] = number;
        size++;
    }

    /** Tells all numbers that stand under a hash. */
    void find(long hash, LongConsumer found) {
        for (int at = place(hash); places[at + 1] != 0; at = next(at)) {
            if (places[at] == hash) {
                found.accept(places[at + 1]);
            }
        }
    }

    /** The hashes that something stands under, each once, in ascending order. */
    long[] sortedHashes() {
        long[] all = new long[size];
        int count = 0;
        for (int at = 0; at < places.length; at += 2) {
            if (places[at + 1] != 0) {
                all[count++] = places[at];
            }
        }
        Arrays.sort(all);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || all[i] != all[i - 1]) {
                all[distinct++] = all[i];
            }
        }
        return Arrays.copyOf(all, distinct);
    }

    private void grow() {
        long[] old = places;
        places = new long[2 * old.length];
        size = 0;
        for (int at = 0; at < old.length; at += 2) {
            if (old[at + 1] != 0) {
                add(old[at], old[at + 1]);
            }
        }
    }

    private int place(long hash) {
        return (int) (2 * hash) & (places.length - 1);
    }

    private int next(int at) {
        return (at + 2) & (places.length - 1);
    }
}
