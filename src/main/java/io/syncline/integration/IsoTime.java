package io.syncline.integration;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads times as upstreams write them: with an offset, without one (taken as UTC), or a date alone (its beginning in UTC). */
final class IsoTime {

    private static final int DATE = "2024-01-31".length();
    private static final int SECONDS = "2024-01-31T10:20:30".length();
    private static final int LONGEST_FRACTION = 9;
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private IsoTime() {}

    /**
     * Whether a text is a time in UTC just as {@link Instant#toString()} writes it, as most are: then nothing needs to be made of it. False also for some
     * that are, such as those of the years before 100.
     */
    static boolean isNormal(String text) {
        int last = text.length() - 1;
        if (last < SECONDS || text.charAt(last) != 'Z' || !isDateAndTime(text)) {
            return false;
        }
        return last == SECONDS || isNormalFraction(text, last);
    }

    /** It is written in three, six or nine digits, as many as are needed. */
    private static boolean isNormalFraction(String text, int end) {
        int digits = end - SECONDS - 1;
        if (digits == 0 || digits > LONGEST_FRACTION || digits % 3 != 0 || text.charAt(SECONDS) != '.') {
            return false;
        }
        for (int at = SECONDS + 1; at < end; at++) {
            if (digit(text, at) < 0) {
                return false;
            }
        }
        return text.charAt(end - 1) != '0' || text.charAt(end - 2) != '0' || text.charAt(end - 3) != '0';
    }

    private static boolean isDateAndTime(String text) {
        if (text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(DATE) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return false;
        }
        int century = pair(text, 0);
        int yearOfCentury = pair(text, 2);
        int month = pair(text, 5);
        int day = pair(text, 8);
        // A negative one is no number, and makes any of these false.
        boolean date = century > 0 && yearOfCentury >= 0 && month >= 1 && month <= 12 && day >= 1;
        return date
                && day <= days(100 * century + yearOfCentury, month)
                && within(pair(text, 11), 23)
                && within(pair(text, 14), 59)
                && within(pair(text, 17), 59);
    }

    private static int days(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month == 2 && leap ? 29 : DAYS[month - 1];
    }

    private static boolean within(int number, int most) {
        return number >= 0 && number <= most;
    }

    private static int pair(String text, int at) {
        int tens = digit(text, at);
        int ones = digit(text, at + 1);
        return tens < 0 || ones < 0 ? -1 : 10 * tens + ones;
    }

    private static int digit(String text, int at) {
        int digit = text.charAt(at) - '0';
        return digit > 9 ? -1 : digit;
    }

    /** @throws DateTimeException if it is no time */
    static Instant parse(String text) {
        int length = text.length();
        if (length == DATE) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        String iso = length > DATE && text.charAt(DATE) == ' '
                ? text.substring(0, DATE) + 'T' + text.substring(DATE + 1)
                : text;
        char last = length == 0 ? ' ' : iso.charAt(length - 1);
        if (last == 'Z') {
            return Instant.parse(iso);
        }
        boolean offset = iso.indexOf('+', DATE) > 0 || iso.indexOf('-', DATE) > 0 || last == 'z';
        return offset
                ? OffsetDateTime.parse(iso).toInstant()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
}
