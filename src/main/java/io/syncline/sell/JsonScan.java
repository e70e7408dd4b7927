package io.syncline.sell;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds its way in JSON that is known to be well-formed and without white space, as snapshots are stored. Stateless. */
final class JsonScan {

    /** No index. */
    static final int NONE = -1;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** A byte in each of eight. */
    private static final long EACH = 0x0101010101010101L;

    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private JsonScan() {}

    /** The index after the value that begins at an index. */
    static int afterValue(byte[] json, int from) {
        return switch (json[from]) {
            case '"' -> afterText(json, from);
            case '{', '[' -> afterContainer(json, from);
            default -> afterScalar(json, from);
        };
    }

    /** The index after a text whose first quote is at an index. */
    static int afterText(byte[] json, int from) {
        int at = quoteOrBackslash(json, from + 1);
        while (json[at] != '"') {
            at = quoteOrBackslash(json, at + 2);
        }
        return at + 1;
    }

    /** Where the first of them is, eight bytes at a time. */
    private static int quoteOrBackslash(byte[] json, int from) {
        int at = from;
        while (at <= json.length - Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(json, at);
            long found = zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES);
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (json[at] != '"' && json[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Has the high bit of the lowest byte that is zero, and none below it. */
    private static long zeros(long eight) {
        return (eight - EACH) & ~eight & HIGH_BITS;
    }

    /** Whether some bytes are there at an index. */
    static boolean begins(byte[] json, int from, byte[] sought) {
        int length = sought.length;
        if (json.length - from < length) {
            return false;
        }
        if (length < Long.BYTES) {
            int at = 0;
            while (at < length && json[from + at] == sought[at]) {
                at++;
            }
            return at == length;
        }
        // The last eight overlap those before them.
        for (int at = 0; at < length - Long.BYTES; at += Long.BYTES) {
            if ((long) EIGHT_BYTES.get(json, from + at) != (long) EIGHT_BYTES.get(sought, at)) {
                return false;
            }
        }
        int last = length - Long.BYTES;
        return (long) EIGHT_BYTES.get(json, from + last) == (long) EIGHT_BYTES.get(sought, last);
    }

    private static int afterContainer(byte[] json, int from) {
        int depth = 0;
        int at = from;
        do {
            switch (json[at]) {
                case '"' -> at = afterText(json, at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {
                    // Part of a number or literal, or between values.
                }
            }
            at++;
        } while (depth > 0);
        return at;
    }

    /** The index after a number or literal that begins at an index. */
    static int afterScalar(byte[] json, int from) {
        int at = from;
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
        return at;
    }

    static boolean isNull(byte[] json, int from) {
        return json[from] == 'n';
    }

    static boolean isNumber(byte[] json, int from) {
        return json[from] == '-' || (json[from] >= '0' && json[from] <= '9');
    }

    /** The index after a whole number without an exponent that begins at an index; {@link #NONE} if none does. What follows is to be looked at. */
    static int afterWhole(byte[] json, int from) {
        int first = json[from] == '-' ? from + 1 : from;
        int at = afterDigits(json, first);
        return at > first && (json[first] != '0' || at == first + 1) ? at : NONE;
    }

    /** The same of a decimal number, as it is usually written. */
    static int afterPlainDecimal(byte[] json, int from) {
        int point = afterWhole(json, from);
        if (point == NONE || point == json.length || json[point] != '.') {
            return point;
        }
        int end = afterDigits(json, point + 1);
        return end > point + 1 ? end : NONE;
    }

    private static int afterDigits(byte[] json, int from) {
        int at = from;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at;
    }

    /** Whether a number or literal cannot go on at an index. */
    static boolean isAfterScalar(byte[] json, int at) {
        return at == json.length || json[at] == ',' || json[at] == '}' || json[at] == ']';
    }
}
