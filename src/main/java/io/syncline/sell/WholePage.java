package io.syncline.sell;

import io.syncline.changelog.Revision;

/**
 * Knows an acknowledgement of just what a page has, in its order, which is what most clients send: without a text for each key, and without
 * reading what it is not. For one acknowledgement, by one thread.
 */
final class WholePage {

    private static final int MOST_DIGITS = 18;

    private final byte[] payload;
    private int at;

    private WholePage(byte[] payload) {
        this.payload = payload;
    }

    /** Whether a payload acknowledges a page. One of another form, or that cannot be read, does not. */
    static boolean isAcknowledged(PageItems page, byte[] payload) {
        return !page.isEmpty() && new WholePage(payload).names(page);
    }

    private boolean names(PageItems page) {
        if (!(next('{')
                && name("\"data\"")
                && next(':')
                && next('{')
                && name("\"ack_keys\"")
                && next(':')
                && next('['))) {
            return false;
        }
        for (int item = 0; item < page.count(); item++) {
            if (!((item == 0 || next(',')) && next('"') && key(page.get(item)))) {
                return false;
            }
        }
        if (!(next(']') && next('}') && next('}'))) {
            return false;
        }
        passSpace();
        return at == payload.length;
    }

    private boolean key(Served item) {
        Revision revision = item.revision();
        return text(item.keyName())
                && is('-')
                && text(revision.entityId())
                && is('-')
                && number(revision.sequenceVersion())
                && is('"');
    }

    private boolean next(char ascii) {
        passSpace();
        return is(ascii);
    }

    private boolean name(String quoted) {
        passSpace();
        for (int index = 0; index < quoted.length(); index++) {
            if (!is(quoted.charAt(index))) {
                return false;
            }
        }
        return true;
    }

    private void passSpace() {
        while (at < payload.length
                && (payload[at] == ' ' || payload[at] == '\n' || payload[at] == '\r' || payload[at] == '\t')) {
            at++;
        }
    }

    private boolean is(char ascii) {
        if (at < payload.length && payload[at] == ascii) {
            at++;
            return true;
        }
        return false;
    }

    /** A part of a key that JSON has as it is. */
    private boolean text(String part) {
        int length = part.length();
        if (payload.length - at < length) {
            return false;
        }
        for (int index = 0; index < length; index++) {
            char character = part.charAt(index);
            if (payload[at + index] != character || character < ' ' || character == '"' || character == '\\') {
                return false;
            }
        }
        at += length;
        return true;
    }

    private boolean number(long expected) {
        int first = at;
        long number = 0;
        while (at < payload.length && payload[at] >= '0' && payload[at] <= '9' && at - first < MOST_DIGITS) {
            number = 10 * number + payload[at] - '0';
            at++;
        }
        return number == expected && at > first && payload[first] != '0';
    }
}
