package io.syncline.sell;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Texts as JSON. Stateless. */
final class JsonText {

    private JsonText() {}

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
