package io.syncline.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code application/x-www-form-urlencoded} strictly: what is broken is refused, not replaced. */
final class QueryString {

    private QueryString() {}

    static Map<String, List<String>> parse(String raw) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            if (end < 0) {
                end = raw.length();
            }
            if (end > start) {
                int equals = raw.indexOf('=', start);
                int nameEnd = equals < 0 || equals > end ? end : equals;
                String value = nameEnd == end ? "" : decoded(raw, nameEnd + 1, end);
                parameters
                        .computeIfAbsent(decoded(raw, start, nameEnd), name -> new ArrayList<>(1))
                        .add(value);
            }
            start = end + 1;
        }
        return parameters;
    }

    private static String decoded(String raw, int start, int end) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(end - start);
        for (int at = start; at < end; at++) {
            char character = raw.charAt(at);
            if (character == '%') {
                boolean whole = at + 2 < end;
                int high = whole ? Character.digit(raw.charAt(at + 1), 16) : -1;
                int low = whole ? Character.digit(raw.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new MalformedRequestException("The query holds a broken percent-encoding");
                }
                bytes.write(high * 16 + low);
                at += 2;
            } else if (character == '+') {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRequestException("The query is not UTF-8");
        }
    }
}
