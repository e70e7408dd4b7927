package io.syncline.graphql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds its way through canonical JSON without parsing it: well-formed, without white space, the keys of an object in ascending order. */
final class SnapshotScanner {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = LOW_BITS * '"';
    private static final long BACKSLASHES = LOW_BITS * '\\';

    private SnapshotScanner() {}

    /** Where a value that starts at {@code at} ends. */
    static int end(byte[] json, int at) {
        return switch (json[at]) {
            case '"' -> endOfString(json, at);
            case '{', '[' -> endOfNested(json, at);
            default -> endOfLiteral(json, at);
        };
    }

    /** Where a string that starts at {@code at} ends. Looks at eight bytes at a time while there are as many. */
    static int endOfString(byte[] json, int at) {
        int next = at + 1;
        while (true) {
            if (next + Long.BYTES <= json.length) {
                long eight = (long) EIGHT_BYTES.get(json, next);
                long found = zeroBytes(eight ^ QUOTES) | zeroBytes(eight ^ BACKSLASHES);
                if (found == 0) {
                    next += Long.BYTES;
                    continue;
                }
                next += Long.numberOfTrailingZeros(found) >>> 3;
            }
            byte here = json[next];
            if (here == '"') {
                return next + 1;
            }
            next += here == '\\' ? 2 : 1;
        }
    }

    /** The high bit of the lowest byte that is zero, and possibly of higher ones. */
    private static long zeroBytes(long bytes) {
        return (bytes - LOW_BITS) & ~bytes & HIGH_BITS;
    }

    private static int endOfNested(byte[] json, int at) {
        int depth = 0;
        int next = at;
        do {
            switch (json[next]) {
                case '"' -> next = endOfString(json, next) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            next++;
        } while (depth > 0);
        return next;
    }

    private static int endOfLiteral(byte[] json, int at) {
        int next = at;
        while (json[next] != ',' && json[next] != '}' && json[next] != ']') {
            next++;
        }
        return next;
    }

    /** How a key, without its quotes, compares with a name, both in ASCII or UTF-8: by code point. */
    static int compare(byte[] json, int start, int end, byte[] name) {
        int length = Math.min(end - start, name.length);
        for (int at = 0; at < length; at++) {
            int difference = (json[start + at] & 0xFF) - (name[at] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return end - start - name.length;
    }
}
