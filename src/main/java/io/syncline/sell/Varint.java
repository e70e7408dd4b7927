package io.syncline.sell;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Numbers that are not negative, seven bits a byte, the lowest first; the highest bit says that there are more. Stateless. */
final class Varint {

    private Varint() {}

    static void write(ByteArrayOutputStream bytes, long value) {
        long rest = value;
        while (rest > 0x7F) {
            bytes.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    static long read(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
