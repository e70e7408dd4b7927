package io.syncline.bench;

import java.nio.charset.StandardCharsets;

/** Where an HTTP/1.1 answer ends among the bytes that have come: by its length or by its last chunk. For use by one thread. */
final class AnswerFrame {

    private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "\r\ntransfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The next byte that says where to go on: the answer's end once that is known, before it a chunk's size. */
    private int next;

    private boolean headSeen;
    private boolean chunked;

    /** Begins with another answer. */
    void reset() {
        next = 0;
        headSeen = false;
        chunked = false;
    }

    /**
     * Looks at what has come of the answer.
     *
     * @return whether that is all of it
     * @throws IllegalStateException if it is no good answer, or tells no length
     */
    boolean isWhole(byte[] bytes, int filled) {
        if (!headSeen && !seeHead(bytes, filled)) {
            return false;
        }
        while (chunked && next < filled) {
            int lineEnd = indexOf(bytes, next, filled, LINE_END);
            if (lineEnd < 0) {
                return false;
            }
            int size = Integer.parseInt(new String(bytes, next, lineEnd - next, StandardCharsets.US_ASCII).strip(), 16);
            next = lineEnd + size + 2 * LINE_END.length;
            chunked = size > 0;
        }
        return !chunked && filled >= next;
    }

    private boolean seeHead(byte[] bytes, int filled) {
        int head = indexOf(bytes, 0, filled, END_OF_HEAD);
        if (head < 0) {
            return false;
        }
        if (bytes[9] != '2') {
            throw new IllegalStateException(
                    "answered " + new String(bytes, 0, Math.min(filled, 500), StandardCharsets.UTF_8));
        }
        headSeen = true;
        next = head + END_OF_HEAD.length;
        if (bytes[10] == '0' && bytes[11] == '4') {
            return true;
        }
        int length = indexOf(bytes, 0, head, LENGTH);
        if (length >= 0) {
            next += number(bytes, length + LENGTH.length);
        } else if (indexOf(bytes, 0, head, CHUNKED) >= 0) {
            chunked = true;
        } else {
            throw new IllegalStateException("an answer without a length");
        }
        return true;
    }

    private static int number(byte[] bytes, int from) {
        int number = 0;
        for (int digit = from; bytes[digit] >= '0' && bytes[digit] <= '9'; digit++) {
            number = number * 10 + bytes[digit] - '0';
        }
        return number;
    }

    /** Where ASCII letters match whatever their case, for names of headers may come in any. */
    static int indexOf(byte[] bytes, int from, int to, byte[] sought) {
        for (int at = from; at <= to - sought.length; at++) {
            if (matches(bytes, at, sought)) {
                return at;
            }
        }
        return -1;
    }

    static boolean matches(byte[] bytes, int at, byte[] sought) {
        for (int offset = 0; offset < sought.length; offset++) {
            int letter = bytes[at + offset];
            int wanted = sought[offset];
            if (letter != wanted && !(wanted >= 'a' && wanted <= 'z' && letter == wanted - 32)) {
                return false;
            }
        }
        return true;
    }
}
