package io.syncline.changelog;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes snapshots, one after the other, in the canonical form that {@link Snapshot} describes: piece by piece, or from a tree. Whoever writes an object
 * piece by piece writes its fields in the order of their names. For one thread.
 */
public final class CanonicalJson {

    private static final int DEEPEST = 1_000;
    /** A whole number is written with all its zeros up to this many, and a fraction likewise; beyond, with an exponent. */
    private static final int MOST_PADDING = 40;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private static final Comparator<Map.Entry<String, JsonNode>> BY_KEY =
            (left, right) -> compareCodePoints(left.getKey(), right.getKey());

    private byte[] out = new byte[512];
    private int length;
    /** The field that is being written, of each object that is open; {@code []} for a list. */
    private String[] path = new String[16];

    private int depth;
    /** Null until it is needed. */
    private MessageDigest sha256;

    /** The name of a field, in the form in which it is written; sorted as fields are. Immutable. */
    public static final class FieldName implements Comparable<FieldName> {

        private final String text;
        private final byte[] written;

        /**
         * The name that a text is.
         *
         * @throws IllegalArgumentException if it has a lone surrogate
         */
        public FieldName(String text) {
            this.text = text;
            CanonicalJson json = new CanonicalJson();
            json.string(text);
            json.put(':');
            this.written = json.bytes();
        }

        public String text() {
            return text;
        }

        @Override
        public int compareTo(FieldName other) {
            return compareCodePoints(text, other.text);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FieldName name && name.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /** What was written since the last snapshot, as one that knows its digest already, so that the thread that appends it need not make it. */
    public Snapshot digestedSnapshot() {
        Snapshot snapshot = snapshot();
        if (sha256 == null) {
            sha256 = Sha256.fresh();
        }
        snapshot.digest(sha256);
        return snapshot;
    }

    /** What was written since the last snapshot, as one. */
    public Snapshot snapshot() {
        Snapshot snapshot = new Snapshot(bytes());
        reset();
        return snapshot;
    }

    /** Bytes written since the last snapshot. */
    public int length() {
        return length;
    }

    /** Forgets what was written since the last snapshot. */
    public void reset() {
        length = 0;
        depth = 0;
    }

    private byte[] bytes() {
        return Arrays.copyOf(out, length);
    }

    /**
     * Begins an object, as the value that is to come.
     *
     * @throws IllegalArgumentException if it is nested too deep
     */
    public void beginObject() {
        enter("");
        put('{');
    }

    /** Begins a field of the open object; its value is to follow. */
    public void field(FieldName name) {
        path[depth - 1] = name.text;
        byte[] written = name.written;
        ensure(written.length + 1);
        if (out[length - 1] != '{') {
            out[length++] = ',';
        }
        System.arraycopy(written, 0, out, length, written.length);
        length += written.length;
    }

    public void endObject() {
        depth--;
        put('}');
    }

    /**
     * Begins an array, as the value that is to come.
     *
     * @throws IllegalArgumentException if it is nested too deep
     */
    public void beginArray() {
        enter("[]");
        put('[');
    }

    /** Begins an element of the open array; its value is to follow. */
    public void element() {
        if (out[length - 1] != '[') {
            put(',');
        }
    }

    public void endArray() {
        depth--;
        put(']');
    }

    /**
     * Writes a whole tree, as the value that is to come.
     *
     * @throws IllegalArgumentException if it holds what JSON in UTF-8 cannot carry, or is nested too deep
     */
    public void value(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> array(node);
            case STRING -> string(node.textValue());
            case NUMBER -> number(node);
            case BOOLEAN -> ascii(node.booleanValue() ? "true" : "false");
            case NULL -> ascii("null");
            default -> throw refused("holds " + node.getNodeType() + ", which is not JSON");
        }
    }

    private void object(JsonNode object) {
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(object.properties());
        fields.sort(BY_KEY);
        beginObject();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                put(',');
            }
            Map.Entry<String, JsonNode> field = fields.get(i);
            path[depth - 1] = field.getKey();
            string(field.getKey());
            put(':');
            value(field.getValue());
        }
        endObject();
    }

    private void array(JsonNode array) {
        beginArray();
        for (JsonNode one : array) {
            element();
            value(one);
        }
        endArray();
    }

    private void enter(String step) {
        if (depth == DEEPEST) {
            throw new IllegalArgumentException("the snapshot is nested more than " + DEEPEST + " levels deep");
        }
        if (depth == path.length) {
            path = Arrays.copyOf(path, 2 * depth);
        }
        path[depth++] = step;
    }

    private void number(JsonNode number) {
        if (number.isInt() || number.isLong() || number.isShort()) {
            ascii(Long.toString(number.longValue()));
        } else if (number.isDouble() || number.isFloat()) {
            double value = number.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                throw refused("holds " + value + ", which JSON has no number for");
            }
            // By its shortest text, as a reader of the JSON would have it: 0.1 and not the binary fraction nearest to
            // it.
            ascii(canonical(new BigDecimal(number.asText())));
        } else {
            ascii(canonical(number.decimalValue()));
        }
    }

    /** Depends on the value alone and is exact; plain digits unless the zeros would be many. */
    private static String canonical(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        if (stripped.signum() == 0) {
            return "0";
        }
        if (stripped.scale() >= -MOST_PADDING && stripped.scale() - stripped.precision() <= MOST_PADDING) {
            return stripped.toPlainString();
        }
        String digits = stripped.unscaledValue().abs().toString();
        long exponent = (long) digits.length() - 1 - stripped.scale();
        return (stripped.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + "E"
                + exponent;
    }

    private void string(String text) {
        int chars = text.length();
        // At worst six bytes a char, as in backslash-u escapes.
        ensure(2 + 6 * chars);
        byte[] to = out;
        int at = length;
        to[at++] = '"';
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
                to[at++] = (byte) c;
            } else if (c < 0x80) {
                at = escape(to, at, c);
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                to[at++] = (byte) (0xE0 | (c >> 12));
                to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else {
                int point = text.codePointAt(i++);
                if (point <= 0xFFFF) {
                    throw refused("holds a lone surrogate, which is no character");
                }
                to[at++] = (byte) (0xF0 | (point >> 18));
                to[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                to[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (point & 0x3F));
            }
        }
        to[at++] = '"';
        length = at;
    }

    private static int escape(byte[] to, int start, char c) {
        int at = start;
        to[at++] = '\\';
        switch (c) {
            case '"', '\\' -> to[at++] = (byte) c;
            case '\b' -> to[at++] = 'b';
            case '\t' -> to[at++] = 't';
            case '\n' -> to[at++] = 'n';
            case '\f' -> to[at++] = 'f';
            case '\r' -> to[at++] = 'r';
            default -> {
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[c >> 4];
                to[at++] = HEX[c & 0xF];
            }
        }
        return at;
    }

    private void ascii(String text) {
        int chars = text.length();
        ensure(chars);
        for (int i = 0; i < chars; i++) {
            out[length++] = (byte) text.charAt(i);
        }
    }

    private void put(char c) {
        ensure(1);
        out[length++] = (byte) c;
    }

    private void ensure(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("the snapshot " + why + ", at /"
                + String.join("/", Arrays.asList(path).subList(0, depth)));
    }

    /** As the UTF-8 bytes compare, which UTF-16 does not: surrogates stand for code points above U+E000 and up. */
    private static int compareCodePoints(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                return Integer.compare(rank(l), rank(r));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x1_0000 : c;
    }
}
