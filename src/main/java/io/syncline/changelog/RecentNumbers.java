package io.syncline.changelog;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Numbers of entities by a hash of their ids, several under one hash where two ids have the same. Two arrays of open addressing: a map
 * of boxed numbers would weigh several times as much. For use by one thread.
 */
final class RecentNumbers {

    private static final int SMALLEST = 1 << 10;

    private long[] hashes = new long[SMALLEST];
    /** 0 where the place is free. */
    private long[] numbers = new long[SMALLEST];

    private int size;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(numbers, 0);
        size = 0;
    }

    /** @param number above 0 */
    void add(long hash, long number) {
        if (2 * size >= numbers.length) {
            grow();
        }
        int at = place(hash);
        while (numbers[at] != 0) {
            at = next(at);
        }
        hashes[at] = hash;
        numbers[at] = number;
        size++;
    }

    /** Tells all numbers that stand under a hash. */
    void find(long hash, LongConsumer found) {
        for (int at = place(hash); numbers[at] != 0; at = next(at)) {
            if (hashes[at] == hash) {
                found.accept(numbers[at]);
            }
        }
    }

    /** The hashes that something stands under, each once, in ascending order. */
    long[] sortedHashes() {
        long[] all = new long[size];
        int count = 0;
        for (int at = 0; at < numbers.length; at++) {
            if (numbers[at] != 0) {
                all[count++] = hashes[at];
            }
        }
        Arrays.sort(all);
        return Arrays.stream(all).distinct().toArray();
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldNumbers = numbers;
        hashes = new long[2 * oldHashes.length];
        numbers = new long[hashes.length];
        size = 0;
        for (int at = 0; at < oldNumbers.length; at++) {
            if (oldNumbers[at] != 0) {
                add(oldHashes[at], oldNumbers[at]);
            }
        }
    }

    private int place(long hash) {
        return (int) hash & (numbers.length - 1);
    }

    private int next(int at) {
        return (at + 1) & (numbers.length - 1);
    }
}
