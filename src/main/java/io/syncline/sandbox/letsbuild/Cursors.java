package io.syncline.sandbox.letsbuild;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Writes and reads cursors. A cursor is good for the sync that gave it and for one life of the sandbox, whose world
 * begins anew at every start. Immutable.
 */
final class Cursors {
    /**
     * @param sequence the last change that its holder has seen
     * @param repeats how many times in a row a page was served again at this place
     */
    record Cursor(long sequence, int repeats) {
        static final Cursor START = new Cursor(0, 0);
    }

    static final class CursorException extends RuntimeException {
        private final String code;

        CursorException(String code, String message) {
            super(message);
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    private final String generation;

    Cursors(String generation) {
        this.generation = generation;
    }

    String write(String entityType, Cursor cursor) {
        String content = String.join(
                ":", generation, entityType, Long.toString(cursor.sequence()), Integer.toString(cursor.repeats()));
        String text = content + ":" + checksum(content);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    Cursor read(String entityType, String text) {
        String[] parts = decode(text).split(":", -1);
        if (parts.length != 5 || !parts[4].equals(checksum(String.join(":", parts[0], parts[1], parts[2], parts[3])))) {
            throw new CursorException("INVALID_CURSOR", "The cursor is not one that this service has given.");
        }
        if (!parts[1].equals(entityType)) {
            throw new CursorException(
                    "INVALID_CURSOR", "The cursor belongs to another sync than the one for " + entityType + ".");
        }
        if (!parts[0].equals(generation)) {
            throw new CursorException(
                    "CURSOR_EXPIRED",
                    "The cursor is from before the service was reset." + " Start again without a cursor.");
        }
        return new Cursor(Long.parseLong(parts[2]), Integer.parseInt(parts[3]));
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private static String checksum(String content) {
        CRC32 checksum = new CRC32();
        checksum.update(("cursor/" + content).getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(checksum.getValue());
    }
}
