package io.syncline.sandbox.upstream;

import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Numbers and ids that follow from a name, the same on every machine: FNV-1a, which starts a tenth as slowly as a
 * digest does, spread by a generator. Not for anything that has to resist an attacker.
 */
public final class StableNames {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private StableNames() {}

    /** 64 bits of the name. */
    public static long bits(String name) {
        long hash = OFFSET;
        for (int position = 0; position < name.length(); position++) {
            hash = (hash ^ name.charAt(position)) * PRIME;
        }
        return hash;
    }

    /** A UUID of the name, in the form of a random one. */
    public static String uuid(String name) {
        SplittableRandom spread = new SplittableRandom(bits(name));
        long high = (spread.nextLong() & ~0xf000L) | 0x4000L;
        long low = (spread.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}
