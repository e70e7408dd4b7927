package io.syncline.changelog;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;

/** A list of texts as one JSON array, which SQLite takes as one parameter. */
final class JsonTexts {

    private JsonTexts() {}

    static String array(Collection<String> texts) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        StringBuilder json = new StringBuilder(texts.size() * 40 + 2);
        char separator = '[';
        for (String text : texts) {
            json.append(separator).append('"');
            encoder.quoteAsString(text, json);
            json.append('"');
            separator = ',';
        }
        return texts.isEmpty() ? "[]" : json.append(']').toString();
    }
}
