package io.syncline.sandbox.plane;

import io.syncline.sandbox.upstream.Call;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which page a caller wants: {@code per_page} and a cursor {@code value:offset:is_prev}, where the page begins at
 * value times offset.
 */
record PageRequest(int perPage, int value, int offset) {
    private static final Pattern CURSOR = Pattern.compile("(\\d{1,4}):(-?\\d{1,6}):([01])");
    private static final int LARGEST = 100;

    static final class WrongPageException extends Exception {
        private WrongPageException(String message) {
            super(message);
        }
    }

    static PageRequest read(Call call) throws WrongPageException {
        String perPageText = call.parameters().getOrDefault("per_page", Integer.toString(LARGEST));
        if (!perPageText.matches("\\d{1,9}") || Integer.parseInt(perPageText) < 1) {
            throw new WrongPageException("Invalid per_page parameter.");
        }
        int perPage = Integer.parseInt(perPageText);
        if (perPage > LARGEST) {
            throw new WrongPageException("Invalid per_page value. Cannot exceed " + LARGEST + ".");
        }
        String cursor = call.parameters().getOrDefault("cursor", perPage + ":0:0");
        Matcher parts = CURSOR.matcher(cursor);
        if (!parts.matches() || Integer.parseInt(parts.group(1)) < 1 || Integer.parseInt(parts.group(2)) < 0) {
            throw new WrongPageException("Invalid cursor parameter.");
        }
        return new PageRequest(perPage, Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    int start() {
        return value * offset;
    }

    String cursor() {
        return value + ":" + offset + ":0";
    }

    String next() {
        return value == perPage ? perPage + ":" + (offset + 1) + ":0" : perPage + ":" + (start() / perPage + 1) + ":0";
    }

    String previous() {
        return value + ":" + (offset - 1) + ":1";
    }

    /** Whether the page before this one can be served again under another cursor for the same place. */
    boolean canRepeat() {
        return offset > 0 && value == perPage && perPage % 2 == 0;
    }

    PageRequest before() {
        return new PageRequest(perPage, value, offset - 1);
    }

    /** The same place in other words, so that a repeated page is no repeated cursor. */
    String sameInOtherWords() {
        return perPage / 2 + ":" + offset * 2 + ":0";
    }
}
