package io.syncline.graphql;

/** Finds its way through canonical JSON without parsing it: well-formed, without white space, the keys of an object in ascending order. */
final class SnapshotScanner {

    private SnapshotScanner() {}

    /** Where a value that starts at {@code at} ends. */
    static int end(byte[] json, int at) {
        return switch (json[at]) {
            case '"' -> endOfString(json, at);
            case '{', '[' -> endOfNested(json, at);
            default -> endOfLiteral(json, at);
        };
    }

    /** Where a string that starts at {@code at} ends. */
    static int endOfString(byte[] json, int at) {
        int next = at + 1;
        while (json[next] != '"') {
            next += json[next] == '\\' ? 2 : 1;
        }
        return next + 1;
    }

    private static int endOfNested(byte[] json, int at) {
        int depth = 0;
        int next = at;
        do {
            switch (json[next]) {
                case '"' -> next = endOfString(json, next) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            next++;
        } while (depth > 0);
        return next;
    }

    private static int endOfLiteral(byte[] json, int at) {
        int next = at;
        while (json[next] != ',' && json[next] != '}' && json[next] != ']') {
            next++;
        }
        return next;
    }

    /** How a key, without its quotes, compares with a name, both in ASCII or UTF-8: by code point. */
    static int compare(byte[] json, int start, int end, byte[] name) {
        int length = Math.min(end - start, name.length);
        for (int at = 0; at < length; at++) {
            int difference = (json[start + at] & 0xFF) - (name[at] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return end - start - name.length;
    }
}
