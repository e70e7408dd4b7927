package io.syncline.graphql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow. Not safe for use by several threads. */
final class ByteOutput {

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    ByteOutput(int expected) {
        bytes = new byte[expected];
    }

    int length() {
        return length;
    }

    /** What was written; not to be written to afterwards. */
    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    void write(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
    }

    void write(byte[] source) {
        write(source, 0, source.length);
    }

    void write(byte[] source, int start, int end) {
        int count = end - start;
        room(count);
        System.arraycopy(source, start, bytes, length, count);
        length += count;
    }

    void write(long number) {
        ascii(Long.toString(number));
    }

    /** Text that is known to be ASCII, as it is. */
    void ascii(String text) {
        int count = text.length();
        room(count);
        for (int at = 0; at < count; at++) {
            bytes[length + at] = (byte) text.charAt(at);
        }
        length += count;
    }

    /** A whole number as {@code BigInt} has it: beyond 2^53-1 as text, because many JSON readers would round it. */
    void bigInt(long number) {
        if (BigIntScalar.isSafe(number)) {
            write(number);
        } else {
            write('"');
            write(number);
            write('"');
        }
    }

    /** A JSON string, escaped as stored snapshots are: only what has to be. A lone surrogate, which UTF-8 cannot carry, is escaped too. */
    void string(String text) {
        int count = text.length();
        room(count + 2);
        byte[] target = bytes;
        int to = length;
        target[to++] = '"';
        for (int at = 0; at < count; at++) {
            char character = text.charAt(at);
            if (!isPlain(character)) {
                length = to;
                stringFrom(text, at);
                return;
            }
            target[to++] = (byte) character;
        }
        target[to++] = '"';
        length = to;
    }

    private static boolean isPlain(char character) {
        return character >= 0x20 && character < 0x80 && character != '"' && character != '\\';
    }

    private void stringFrom(String text, int start) {
        int at = start;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (point < 0x80 && isPlain((char) point)) {
                write((char) point);
            } else if (point < 0x80 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
                escaped((char) point);
            } else {
                write(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            at += Character.charCount(point);
        }
        write('"');
    }

    private void escaped(char character) {
        switch (character) {
            case '"' -> ascii("\\\"");
            case '\\' -> ascii("\\\\");
            case '\b' -> ascii("\\b");
            case '\f' -> ascii("\\f");
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            default -> {
                ascii("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    write((char) HEX[(character >> shift) & 0xF]);
                }
            }
        }
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, count)));
        }
    }
}
