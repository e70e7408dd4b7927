package io.syncline.changelog;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.List;

/** Lists as JSON arrays, which SQLite takes as one parameter. */
final class JsonArrays {

    private JsonArrays() {}

    static String texts(Collection<String> texts) {
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

    /** Some of the numbers of an array. */
    static String numbers(long[] numbers, int from, int to) {
        StringBuilder json = new StringBuilder(20 * (to - from) + 2).append('[');
        for (int at = from; at < to; at++) {
            json.append(at == from ? "" : ",").append(numbers[at]);
        }
        return json.append(']').toString();
    }

    /** Each as its collection's number and its scope. */
    static String pairs(List<ScopeHead> heads) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        StringBuilder json = new StringBuilder(heads.size() * 48 + 2);
        char separator = '[';
        for (ScopeHead head : heads) {
            json.append(separator).append('[').append(head.collection.no).append(",\"");
            encoder.quoteAsString(head.scope, json);
            json.append("\"]");
            separator = ',';
        }
        return heads.isEmpty() ? "[]" : json.append(']').toString();
    }
}
