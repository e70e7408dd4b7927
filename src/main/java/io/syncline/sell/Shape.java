package io.syncline.sell;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;

/**
 * The shape that a value must have on the wire, compiled from its declared type. Typed clients are strict: what is null where they have a number
 * or boolean is read as 0 or false, so it is left out; lists and custom fields are never null. Immutable.
 */
interface Shape {

    /** Whether it is a value; a member of an object whose value this is not is left out. */
    default boolean isLeftOut(byte[] json, int from) {
        return false;
    }

    /** What stands for a value that is null or not there; empty to leave it as it is. */
    default String absent() {
        return "";
    }

    /** The index after the value at an index if that is certainly written as it is; {@link JsonScan#NONE} if not, or if that is not known. */
    int afterAsStored(byte[] json, int from);

    /** Writes the value between two indexes, which is there and not null. */
    void write(byte[] json, int from, int to, PageBytes out) throws UnservableException;

    static UnservableException not(String expected) {
        return new UnservableException(" is not " + expected);
    }

    /** Any value, as it is. */
    record Any() implements Shape {
        @Override
        public int afterAsStored(byte[] json, int from) {
            return JsonScan.afterValue(json, from);
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) {
            out.add(json, from, to);
        }
    }

    /** A text; dates are texts. */
    record Text() implements Shape {
        @Override
        public int afterAsStored(byte[] json, int from) {
            return switch (json[from]) {
                case '"' -> JsonScan.afterText(json, from);
                case 'n' -> JsonScan.afterScalar(json, from);
                default -> JsonScan.NONE;
            };
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (json[from] != '"') {
                throw not("a text");
            }
            out.add(json, from, to);
        }
    }

    /** A whole number of 64 bits, also where it is stored as text for its size. */
    record Whole() implements Shape {

        /** With its sign, fewer characters than this are 64 bits at most. */
        private static final int SURELY_SHORT = 19;

        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return JsonScan.isNull(json, from);
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            int end = JsonScan.afterWhole(json, from);
            return end != JsonScan.NONE && end - from < SURELY_SHORT && JsonScan.isAfterScalar(json, end)
                    ? end
                    : JsonScan.NONE;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            boolean quoted = json[from] == '"';
            int first = quoted ? from + 1 : from;
            int end = quoted ? to - 1 : to;
            if (JsonScan.afterWhole(json, first) != end || !isLong(json, first, end)) {
                throw not("a whole number");
            }
            out.add(json, first, end);
        }

        private static boolean isLong(byte[] json, int from, int to) {
            if (to - from < SURELY_SHORT) {
                return true;
            }
            try {
                Long.parseLong(new String(json, from, to - from, StandardCharsets.US_ASCII));
                return true;
            } catch (NumberFormatException tooLong) {
                return false;
            }
        }
    }

    /** A number. */
    record Numeric() implements Shape {
        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return JsonScan.isNull(json, from);
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            return JsonScan.isNumber(json, from) ? JsonScan.afterScalar(json, from) : JsonScan.NONE;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (!JsonScan.isNumber(json, from)) {
                throw not("a number");
            }
            out.add(json, from, to);
        }
    }

    /** True or false. */
    record Truth() implements Shape {
        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return JsonScan.isNull(json, from);
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            return json[from] == 't' || json[from] == 'f' ? JsonScan.afterScalar(json, from) : JsonScan.NONE;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (json[from] != 't' && json[from] != 'f') {
                throw not("true or false");
            }
            out.add(json, from, to);
        }
    }

    /** A date-time such as {@code 2014-08-27T16:32:56Z}. */
    record Moment() implements Shape {

        private static final byte[] FORM = "0000-00-00T00:00:00".getBytes(StandardCharsets.US_ASCII);

        @Override
        public int afterAsStored(byte[] json, int from) {
            if (json[from] != '"') {
                return JsonScan.isNull(json, from) ? JsonScan.afterScalar(json, from) : JsonScan.NONE;
            }
            int zone = from + 1 + FORM.length;
            if (zone >= json.length) {
                return JsonScan.NONE;
            }
            for (int at = 0; at < FORM.length; at++) {
                byte character = json[from + 1 + at];
                if (FORM[at] == '0' ? character < '0' || character > '9' : character != FORM[at]) {
                    return JsonScan.NONE;
                }
            }
            return json[zone] == '"' ? JsonScan.NONE : JsonScan.afterText(json, zone - 1);
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (afterAsStored(json, from) != to) {
                throw not("a date-time");
            }
            out.add(json, from, to);
        }
    }

    /** A text that typed clients read as a date, with a time or without; one that is none is left out, for it would end their page. */
    record Day() implements Shape {

        private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder()
                .append(DateTimeFormatter.ISO_LOCAL_DATE)
                .optionalStart()
                .appendLiteral('T')
                .append(DateTimeFormatter.ISO_LOCAL_TIME)
                .optionalStart()
                .appendOffset("+HH:MM", "Z")
                .toFormatter(Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);

        @Override
        public boolean isLeftOut(byte[] json, int from) {
            if (json[from] != '"') {
                return false;
            }
            try {
                int end = JsonScan.afterText(json, from) - 1;
                FORM.parse(new String(json, from + 1, end - from - 1, StandardCharsets.UTF_8));
                return false;
            } catch (DateTimeParseException noDate) {
                return true;
            }
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            return switch (json[from]) {
                case '"' -> isLeftOut(json, from) ? JsonScan.NONE : JsonScan.afterText(json, from);
                case 'n' -> JsonScan.afterScalar(json, from);
                default -> JsonScan.NONE;
            };
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (json[from] != '"') {
                throw not("a date");
            }
            out.add(json, from, to);
        }
    }

    /** A decimal number as text, never an empty one. */
    record Decimal() implements Shape {

        /** Longer than any amount, and short enough to be written out. */
        private static final int MOST_DIGITS = 200;

        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return JsonScan.isNull(json, from) || (json[from] == '"' && json[from + 1] == '"');
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            if (json[from] != '"') {
                return JsonScan.NONE;
            }
            int end = JsonScan.afterPlainDecimal(json, from + 1);
            return end != JsonScan.NONE && json[end] == '"' && end - from < MOST_DIGITS ? end + 1 : JsonScan.NONE;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            boolean quoted = json[from] == '"';
            int first = quoted ? from + 1 : from;
            int end = quoted ? to - 1 : to;
            if (JsonScan.afterWhole(json, first) == end && end - first <= MOST_DIGITS) {
                out.add('"');
                out.add(json, first, end);
                out.add('"');
                return;
            }
            String text = new String(json, first, end - first, StandardCharsets.UTF_8);
            try {
                BigDecimal number = new BigDecimal(text);
                if (Math.abs((long) number.scale()) + number.precision() <= MOST_DIGITS) {
                    out.add('"' + number.toPlainString() + '"');
                    return;
                }
            } catch (NumberFormatException notANumber) {
                // Said below.
            }
            throw not("a decimal number");
        }
    }

    /** What an account has defined for itself: an object of any members, never null. Its numbers are texts, as Sell has them. */
    record CustomFields() implements Shape {

        private static final Shape NUMBER = new Decimal();

        @Override
        public String absent() {
            return "{}";
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            if (json[from] != '{') {
                return JsonScan.NONE;
            }
            int depth = 1;
            int at = from + 1;
            while (depth > 0) {
                byte character = json[at];
                if (character == '"') {
                    at = JsonScan.afterText(json, at);
                    continue;
                }
                if (JsonScan.isNumber(json, at)) {
                    return JsonScan.NONE;
                }
                depth += character == '{' || character == '[' ? 1 : character == '}' || character == ']' ? -1 : 0;
                at++;
            }
            return at;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (json[from] != '{') {
                throw not("an object");
            }
            int copied = from;
            int at = from;
            while (at < to) {
                if (json[at] == '"') {
                    at = JsonScan.afterText(json, at);
                } else if (JsonScan.isNumber(json, at)) {
                    out.add(json, copied, at);
                    copied = JsonScan.afterValue(json, at);
                    NUMBER.write(json, at, copied, out);
                    at = copied;
                } else {
                    at++;
                }
            }
            out.add(json, copied, to);
        }
    }

    /**
     * A list; nothing in it is null.
     *
     * @param always whether an empty list stands for one that is not there; otherwise it is left out
     */
    record ListOf(Shape element, boolean always) implements Shape {
        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return !always && JsonScan.isNull(json, from);
        }

        @Override
        public String absent() {
            return always ? "[]" : "";
        }

        @Override
        public int afterAsStored(byte[] json, int from) {
            if (json[from] != '[') {
                return JsonScan.NONE;
            }
            int at = from + 1;
            while (json[at] != ']') {
                int end = JsonScan.isNull(json, at) ? JsonScan.NONE : element.afterAsStored(json, at);
                if (end == JsonScan.NONE) {
                    return JsonScan.NONE;
                }
                at = json[end] == ',' ? end + 1 : end;
            }
            return at + 1;
        }

        @Override
        public void write(byte[] json, int from, int to, PageBytes out) throws UnservableException {
            if (json[from] != '[') {
                throw not("a list");
            }
            out.add('[');
            boolean first = true;
            int at = from + 1;
            while (at < to - 1) {
                int end = JsonScan.afterValue(json, at);
                if (!JsonScan.isNull(json, at) && !element.isLeftOut(json, at)) {
                    if (!first) {
                        out.add(',');
                    }
                    first = false;
                    try {
                        element.write(json, at, end, out);
                    } catch (UnservableException e) {
                        throw e.in("[]");
                    }
                }
                at = json[end] == ',' ? end + 1 : end;
            }
            out.add(']');
        }
    }
}
