package io.syncline.sell;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a page while it is written, which can be cut back. Not for several threads. */
final class PageBytes {

    private byte[] bytes;
    private int size;

    /** @param expected roughly how many there will be */
    PageBytes(int expected) {
        bytes = new byte[expected];
    }

    int size() {
        return size;
    }

    /** Drops what was added after it had this size. */
    void cutTo(int shorter) {
        size = shorter;
    }

    void add(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    /** Puts other bytes in the place of what is at an index. */
    void replace(int at, byte[] others) {
        System.arraycopy(others, 0, bytes, at, others.length);
    }

    void add(byte[] from) {
        add(from, 0, from.length);
    }

    /** Adds what is between two indexes. */
    void add(byte[] from, int start, int end) {
        reserve(end - start);
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    /** Adds once more what is between two indexes here. */
    void again(int start, int end) {
        reserve(end - start);
        System.arraycopy(bytes, start, bytes, size, end - start);
        size += end - start;
    }

    void add(String text) {
        int start = size;
        reserve(text.length());
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character > 0x7F) {
                size = start;
                add(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[size++] = (byte) character;
        }
    }

    /** Adds a number in digits. */
    void add(long positive) {
        int digits = 1;
        for (long rest = positive; rest >= 10; rest /= 10) {
            digits++;
        }
        reserve(digits);
        size += digits;
        long rest = positive;
        for (int at = size - 1; at >= size - digits; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** What has been added; nothing is to be added afterwards. */
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
        }
    }
}
