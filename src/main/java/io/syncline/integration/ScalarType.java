package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The scalars that an SDL may use. */
enum ScalarType implements PlainType {
    STRING("String") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            return text(value, "text");
        }
    },
    ID("ID") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            return value.isIntegralNumber() ? TextNode.valueOf(value.asText()) : text(value, "an id");
        }
    },
    INT("Int") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (value.isInt()) {
                return value;
            }
            BigInteger whole = value.isNumber() ? whole(value.decimalValue()) : null;
            if (whole == null || whole.bitLength() > 31) {
                throw unexpected(value, "a whole number of 32 bits");
            }
            return IntNode.valueOf(whole.intValue());
        }
    },
    BIG_INT("BigInt") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            long number = longValue(value);
            return Math.abs(number) <= LARGEST_EXACT_DOUBLE && number != Long.MIN_VALUE
                    ? LongNode.valueOf(number)
                    : TextNode.valueOf(Long.toString(number));
        }
    },
    FLOAT("Float") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw unexpected(value, "a number");
            }
            return value.isFloatingPointNumber() ? DecimalNode.valueOf(value.decimalValue()) : value;
        }
    },
    BOOLEAN("Boolean") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (!value.isBoolean()) {
                throw unexpected(value, "true or false");
            }
            return value;
        }
    },
    UUID("UUID") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            String written = text(value, "a UUID").textValue();
            String uuid = uuid(written);
            if (uuid == null) {
                throw unexpected(value, "a UUID");
            }
            if (uuid.equals(ZERO_UUID)) {
                notes.notePartial();
            }
            return uuid.equals(written) ? value : TextNode.valueOf(uuid);
        }
    },
    DATE_TIME("DateTime") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (value.isTextual() && IsoTime.isNormal(value.textValue())) {
                return value;
            }
            return TextNode.valueOf(instant(value).toString());
        }
    },
    DATE("Date") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            String written = text(value, "a date").textValue();
            try {
                LocalDate date =
                        LocalDate.parse(written.length() > DATE_LENGTH ? written.substring(0, DATE_LENGTH) : written);
                return TextNode.valueOf(date.toString());
            } catch (DateTimeException notADate) {
                throw unexpected(value, "a date");
            }
        }
    },
    DECIMAL("Decimal") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) throws InvalidValueException {
            if (value.isTextual() && value.textValue().isEmpty()) {
                return NullNode.getInstance();
            }
            return TextNode.valueOf(decimal(value).toPlainString());
        }
    },
    JSON("JSON") {
        @Override
        public JsonNode normalise(JsonNode value, RecordNotes notes) {
            return value;
        }
    };

    /** Stands for a related entity that the upstream has not processed yet. */
    static final String ZERO_UUID = "00000000-0000-0000-0000-000000000000";

    private static final long LARGEST_EXACT_DOUBLE = (1L << 53) - 1;
    private static final int DATE_LENGTH = "2024-01-31".length();
    private static final int LONGEST_SHOWN = 40;
    private static final int LONGEST_DECIMAL = 200;

    private final String graphqlName;

    ScalarType(String graphqlName) {
        this.graphqlName = graphqlName;
    }

    static ScalarType named(String graphqlName) {
        for (ScalarType type : values()) {
            if (type.graphqlName.equals(graphqlName)) {
                return type;
            }
        }
        throw new IllegalArgumentException("No scalar " + graphqlName + "; there are " + names());
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (ScalarType type : values()) {
            names.add(type.graphqlName);
        }
        return names;
    }

    /** A whole number of 64 bits, as a number or as text. */
    static long longValue(JsonNode value) throws InvalidValueException {
        if (value.canConvertToLong() && value.isIntegralNumber()) {
            return value.longValue();
        }
        try {
            if (value.isTextual()) {
                return Long.parseLong(value.textValue());
            }
            if (value.isNumber()) {
                BigInteger whole = whole(value.decimalValue());
                if (whole != null) {
                    return whole.longValueExact();
                }
            }
        } catch (NumberFormatException | ArithmeticException outOfRange) {
            // Said below.
        }
        throw unexpected(value, "a whole number of 64 bits");
    }

    /** A time, from a date-time with an offset, one without (taken as UTC), or a date alone (its beginning in UTC). */
    static Instant instant(JsonNode value) throws InvalidValueException {
        String written = text(value, "a date-time").textValue();
        try {
            Instant instant = IsoTime.parse(written);
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            if (year >= 0 && year <= 9999) {
                return instant;
            }
        } catch (DateTimeException notATime) {
            // Said below.
        }
        throw unexpected(value, "a date-time");
    }

    /** A decimal number, as a number or as text, with the digits after the point that it has. */
    private static BigDecimal decimal(JsonNode value) throws InvalidValueException {
        try {
            if (value.isTextual() || value.isNumber()) {
                BigDecimal number = new BigDecimal(value.asText());
                // Bounded both ways: 1e999999999 must not be written out.
                if (Math.abs((long) number.scale()) + number.precision() <= LONGEST_DECIMAL) {
                    return number;
                }
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw unexpected(value, "a decimal number");
    }

    private static BigInteger whole(BigDecimal number) {
        // The scale is bounded first: 1e999999999 must not be written out.
        if (number.precision() - (long) number.scale() > 20) {
            return null;
        }
        try {
            return number.toBigIntegerExact();
        } catch (ArithmeticException fraction) {
            return null;
        }
    }

    /** The UUID as it is kept, itself where it is so already; null if it is none. */
    private static String uuid(String text) {
        if (text.length() != ZERO_UUID.length()) {
            return null;
        }
        boolean capitals = false;
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (index == 8 || index == 13 || index == 18 || index == 23) {
                if (character != '-') {
                    return null;
                }
            } else if (character >= 'A' && character <= 'F') {
                capitals = true;
            } else if (!(character >= '0' && character <= '9') && !(character >= 'a' && character <= 'f')) {
                return null;
            }
        }
        return capitals ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static JsonNode text(JsonNode value, String expected) throws InvalidValueException {
        if (!value.isTextual()) {
            throw unexpected(value, expected);
        }
        return value;
    }

    static InvalidValueException unexpected(JsonNode value, String expected) {
        String shown = value.isContainerNode() ? (value.isArray() ? "a list" : "an object") : value.toString();
        return new InvalidValueException("is "
                + (shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "…" : shown) + ", not "
                + expected);
    }
}
