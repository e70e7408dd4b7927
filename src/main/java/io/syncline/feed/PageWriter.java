package io.syncline.feed;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.syncline.changelog.Change;
import io.syncline.changelog.FeedPage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.Locale;

/** Writes changes as JSON in UTF-8. Snapshots are copied as they are stored. For use by one thread. */
final class PageWriter {

    /** Above it JavaScript rounds a number, so it is written as a string. */
    private static final long HIGHEST_EXACT_NUMBER = (1L << 53) - 1;

    private static final long MILLIS_OF_DAY = 86_400_000;
    private static final long YEAR_10000 = 253_402_300_800_000L;
    private static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    /** What a change takes beside its snapshot, roughly. */
    private static final int ENVELOPE = 240;

    private byte[] bytes;
    private int size;
    private long day = Long.MIN_VALUE;
    private String date = "";

    PageWriter(FeedPage page) {
        long expected = 256;
        for (Change change : page.changes()) {
            expected += ENVELOPE + change.data().map(data -> data.length).orElse(0);
        }
        bytes = new byte[(int) Math.min(expected, 1 << 30)];
    }

    ByteBuffer written() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    PageWriter change(Change change) {
        raw("{\"sequenceVersion\":").sequence(change.sequenceVersion());
        raw(",\"integrationId\":").string(change.integrationId());
        raw(",\"entityType\":").string(change.entityType());
        raw(",\"entityId\":").string(change.entityId());
        raw(",\"operation\":\"").raw(operation(change)).raw("\",\"occurredAt\":\"");
        time(change.occurredAt());
        raw("\",\"data\":");
        change.data().ifPresentOrElse(this::copy, () -> raw("null"));
        return raw("}");
    }

    /** What closes a page. */
    PageWriter end(FeedPage page) {
        raw("\"cursor\":").string(page.cursor());
        return raw(page.hasMore() ? ",\"hasMore\":true" : ",\"hasMore\":false");
    }

    /** @param ascii as it is to appear */
    @SuppressWarnings("deprecation") // The one way to copy a string's bytes without making an array for each.
    PageWriter raw(String ascii) {
        int length = ascii.length();
        makeRoom(length);
        ascii.getBytes(0, length, bytes, size);
        size += length;
        return this;
    }

    private static String operation(Change change) {
        return switch (change.operation()) {
            case CREATED -> "created";
            case UPDATED -> "updated";
            case DELETED -> "deleted";
        };
    }

    private void sequence(long version) {
        if (version > HIGHEST_EXACT_NUMBER) {
            raw("\"").raw(Long.toString(version)).raw("\"");
        } else {
            raw(Long.toString(version));
        }
    }

    private void string(String text) {
        raw("\"");
        if (isPlain(text)) {
            raw(text);
        } else {
            copy(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        }
        raw("\"");
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character < ' ' || character > '~' || character == '"' || character == '\\') {
                return false;
            }
        }
        return true;
    }

    /** RFC 3339 in UTC with milliseconds. */
    private void time(long millis) {
        if (millis < 0 || millis >= YEAR_10000) {
            raw(MILLISECONDS.format(Instant.ofEpochMilli(millis)));
            return;
        }
        long today = millis / MILLIS_OF_DAY;
        if (today != day) {
            day = today;
            date = LocalDate.ofEpochDay(today) + "T";
        }
        raw(date);
        int inDay = (int) (millis % MILLIS_OF_DAY);
        digits(inDay / 3_600_000, 2, ':');
        digits(inDay / 60_000 % 60, 2, ':');
        digits(inDay / 1_000 % 60, 2, '.');
        digits(inDay % 1_000, 3, 'Z');
    }

    private void digits(int number, int count, char after) {
        makeRoom(count + 1);
        int rest = number;
        for (int at = size + count - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        bytes[size + count] = (byte) after;
        size += count + 1;
    }

    private void copy(byte[] utf8) {
        makeRoom(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    private void makeRoom(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length + (bytes.length >> 1)));
        }
    }
}
