package io.syncline.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that is looked for again and again in answers, by leaps of up to its length (Horspool), as a library would. Immutable. */
final class Mark {

    private final byte[] text;
    /** By the byte under the mark's end: how far to leap if the mark is not there. */
    private final int[] leaps = new int[256];

    /** @param text ASCII */
    Mark(String text) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        int last = this.text.length - 1;
        Arrays.fill(leaps, this.text.length);
        for (int at = 0; at < last; at++) {
            leaps[this.text[at]] = last - at;
        }
    }

    /** Where the next occurrence between two indexes ends; -1 if there is none. */
    int after(byte[] bytes, int from, int to) {
        int last = text.length - 1;
        int end = from + last;
        while (end < to) {
            if (bytes[end] == text[last] && Arrays.equals(bytes, end - last, end + 1, text, 0, text.length)) {
                return end + 1;
            }
            end += leaps[bytes[end] & 0xFF];
        }
        return -1;
    }
}
