package io.syncline.sell;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The shape that a value must have on the wire, compiled from its declared type. Typed clients are strict: what is null where they have a number
 * or boolean is read as 0 or false, so it is left out; lists and custom fields are never null. Immutable.
 */
sealed interface Shape {

    /** Whether it is a value; a member of an object whose value this is not is left out. */
    default boolean isLeftOut(byte[] json, int from) {
        return false;
    }

    /** What stands for a value that is null or not there; empty to leave it as it is. */
    default String absent() {
        return "";
    }

    /** Writes the value between two indexes, which is there and not null. */
    void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException;

    private static void copy(byte[] json, int from, int to, ByteArrayOutputStream out) {
        out.write(json, from, to - from);
    }

    private static UnservableException not(String expected) {
        return new UnservableException(" is not " + expected);
    }

    /** Any value, as it is. */
    record Any() implements Shape {
        @Override
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) {
            copy(json, from, to, out);
        }
    }

    /** A text; dates are texts. */
    record Text() implements Shape {
        @Override
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (json[from] != '"') {
                throw not("a text");
            }
            copy(json, from, to, out);
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
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            boolean quoted = json[from] == '"';
            int first = quoted ? from + 1 : from;
            int end = quoted ? to - 1 : to;
            if (!JsonScan.isWhole(json, first, end) || !isLong(json, first, end)) {
                throw not("a whole number");
            }
            copy(json, first, end, out);
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
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (!JsonScan.isNumber(json, from)) {
                throw not("a number");
            }
            copy(json, from, to, out);
        }
    }

    /** True or false. */
    record Truth() implements Shape {
        @Override
        public boolean isLeftOut(byte[] json, int from) {
            return JsonScan.isNull(json, from);
        }

        @Override
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (json[from] != 't' && json[from] != 'f') {
                throw not("true or false");
            }
            copy(json, from, to, out);
        }
    }

    /** A date-time such as {@code 2014-08-27T16:32:56Z}. */
    record Moment() implements Shape {

        private static final byte[] FORM = "0000-00-00T00:00:00".getBytes(StandardCharsets.US_ASCII);

        @Override
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            boolean longEnough = json[from] == '"' && to - from > FORM.length + 2;
            for (int at = 0; longEnough && at < FORM.length; at++) {
                byte character = json[from + 1 + at];
                boolean fits = FORM[at] == '0' ? character >= '0' && character <= '9' : character == FORM[at];
                if (!fits) {
                    throw not("a date-time");
                }
            }
            if (!longEnough) {
                throw not("a date-time");
            }
            copy(json, from, to, out);
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
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            boolean quoted = json[from] == '"';
            int first = quoted ? from + 1 : from;
            int end = quoted ? to - 1 : to;
            if (JsonScan.isWhole(json, first, end) && end - first <= MOST_DIGITS) {
                out.write('"');
                copy(json, first, end, out);
                out.write('"');
                return;
            }
            String text = new String(json, first, end - first, StandardCharsets.UTF_8);
            try {
                BigDecimal number = new BigDecimal(text);
                if (Math.abs((long) number.scale()) + number.precision() <= MOST_DIGITS) {
                    out.writeBytes(('"' + number.toPlainString() + '"').getBytes(StandardCharsets.US_ASCII));
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
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (json[from] != '{') {
                throw not("an object");
            }
            int copied = from;
            int at = from;
            while (at < to) {
                if (json[at] == '"') {
                    at = JsonScan.afterText(json, at);
                } else if (JsonScan.isNumber(json, at)) {
                    copy(json, copied, at, out);
                    copied = JsonScan.afterValue(json, at);
                    NUMBER.write(json, at, copied, out);
                    at = copied;
                } else {
                    at++;
                }
            }
            copy(json, copied, to, out);
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
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (json[from] != '[') {
                throw not("a list");
            }
            out.write('[');
            boolean first = true;
            int at = from + 1;
            while (at < to - 1) {
                int end = JsonScan.afterValue(json, at);
                if (!JsonScan.isNull(json, at) && !element.isLeftOut(json, at)) {
                    if (!first) {
                        out.write(',');
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
            out.write(']');
        }
    }

    /** A member of an object. */
    final class Member {

        private final String name;
        /** As JSON, quotes and all. */
        private final byte[] key;

        private final Shape shape;

        Member(String name, Shape shape) {
            this.name = name;
            this.key = ('"' + name + '"').getBytes(StandardCharsets.UTF_8);
            this.shape = shape;
        }
    }

    /** An object of declared members, in the order in which they are stored. What is not declared is passed on as it is. */
    final class ObjectOf implements Shape {

        /** Filled in after the fact, as a type may hold itself. */
        private List<Member> members = List.of();

        void members(List<Member> declared) {
            members = declared.stream()
                    .sorted((one, other) -> Arrays.compareUnsigned(one.key, other.key))
                    .toList();
        }

        @Override
        public void write(byte[] json, int from, int to, ByteArrayOutputStream out) throws UnservableException {
            if (json[from] != '{') {
                throw not("an object");
            }
            out.write('{');
            boolean first = true;
            int declared = 0;
            int at = from + 1;
            while (at < to - 1) {
                int keyEnd = JsonScan.afterText(json, at);
                int end = JsonScan.afterValue(json, keyEnd + 1);
                int order = 1;
                while (declared < members.size()
                        && (order = compare(members.get(declared).key, json, at, keyEnd)) < 0) {
                    first = writeAbsent(members.get(declared++), first, out);
                }
                if (declared < members.size() && order == 0) {
                    first = write(members.get(declared++), json, keyEnd + 1, end, first, out);
                } else {
                    separate(first, out);
                    first = false;
                    copy(json, at, end, out);
                }
                at = json[end] == ',' ? end + 1 : end;
            }
            while (declared < members.size()) {
                first = writeAbsent(members.get(declared++), first, out);
            }
            out.write('}');
        }

        private static int compare(byte[] key, byte[] json, int from, int to) {
            return Arrays.compareUnsigned(key, 0, key.length, json, from, to);
        }

        private static boolean write(
                Member member, byte[] json, int from, int to, boolean first, ByteArrayOutputStream out)
                throws UnservableException {
            Shape shape = member.shape;
            if (shape.isLeftOut(json, from)) {
                return first;
            }
            if (JsonScan.isNull(json, from) && !shape.absent().isEmpty()) {
                return writeAbsent(member, first, out);
            }
            separate(first, out);
            out.writeBytes(member.key);
            out.write(':');
            if (JsonScan.isNull(json, from)) {
                copy(json, from, to, out);
                return false;
            }
            try {
                shape.write(json, from, to, out);
            } catch (UnservableException e) {
                throw e.in("." + member.name);
            }
            return false;
        }

        private static boolean writeAbsent(Member member, boolean first, ByteArrayOutputStream out) {
            String absent = member.shape.absent();
            if (absent.isEmpty()) {
                return first;
            }
            separate(first, out);
            out.writeBytes(member.key);
            out.write(':');
            out.writeBytes(absent.getBytes(StandardCharsets.US_ASCII));
            return false;
        }

        private static void separate(boolean first, ByteArrayOutputStream out) {
            if (!first) {
                out.write(',');
            }
        }
    }
}
