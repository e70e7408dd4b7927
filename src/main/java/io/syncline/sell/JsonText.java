package io.syncline.sell;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Texts as JSON. Stateless. */
final class JsonText {

    private JsonText() {}

    static String quoted(String text) {
        return '"' + escaped(text) + '"';
    }

    /** Without the quotes. */
    static String escaped(String text) {
        return isPlain(text) ? text : new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character < ' ' || character == '"' || character == '\\') {
                return false;
            }
        }
        return true;
    }
}
