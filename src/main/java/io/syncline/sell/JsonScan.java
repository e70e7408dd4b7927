package io.syncline.sell;

/** Finds its way in JSON that is known to be well-formed and without white space, as snapshots are stored. Stateless. */
final class JsonScan {

    private JsonScan() {}

    /** The index after the value that begins at an index. */
    static int afterValue(byte[] json, int from) {
        return switch (json[from]) {
            case '"' -> afterText(json, from);
            case '{', '[' -> afterContainer(json, from);
            default -> afterScalar(json, from);
        };
    }

    /** The index after a text whose first quote is at an index. */
    static int afterText(byte[] json, int from) {
        int at = from + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int afterContainer(byte[] json, int from) {
        int depth = 0;
        int at = from;
        do {
            switch (json[at]) {
                case '"' -> at = afterText(json, at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {
                    // Part of a number or literal, or between values.
                }
            }
            at++;
        } while (depth > 0);
        return at;
    }

    private static int afterScalar(byte[] json, int from) {
        int at = from;
        while (at < json.length && json[at] != ',' && json[at] != '}' && json[at] != ']') {
            at++;
        }
        return at;
    }

    static boolean isNull(byte[] json, int from) {
        return json[from] == 'n';
    }

    static boolean isNumber(byte[] json, int from) {
        return json[from] == '-' || (json[from] >= '0' && json[from] <= '9');
    }

    /** Whether what is between the indexes is a whole number without an exponent. */
    static boolean isWhole(byte[] json, int from, int to) {
        int digits = json[from] == '-' ? from + 1 : from;
        if (digits == to) {
            return false;
        }
        for (int at = digits; at < to; at++) {
            if (json[at] < '0' || json[at] > '9') {
                return false;
            }
        }
        return json[digits] != '0' || to == digits + 1;
    }

    /** Whether what is between the indexes is a decimal number without an exponent, as it is usually written. */
    static boolean isPlainDecimal(byte[] json, int from, int to) {
        int point = from;
        while (point < to && json[point] != '.') {
            point++;
        }
        if (point == from || !isWhole(json, from, point)) {
            return false;
        }
        for (int at = point + 1; at < to; at++) {
            if (json[at] < '0' || json[at] > '9') {
                return false;
            }
        }
        return point + 1 != to;
    }
}
