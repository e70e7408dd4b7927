package io.syncline.changelog;

import io.syncline.changelog.CursorException.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors as text: signed, so that what comes in is what went out. Safe for use by many threads.
 *
 * <p>Layout, base64url without padding: a version byte; then, in version 1, generation, feed, position, clean-to (8 bytes each)
 * and day (4); then the first 16 bytes of an HMAC-SHA256 over all before it. A later version may carry more: the length follows from
 * the version.
 */
final class CursorCodec {

    private static final byte VERSION = 1;
    private static final int BODY = 1 + 4 * Long.BYTES + Integer.BYTES;
    private static final int SIGNATURE = 16;
    private static final int TEXT = (BODY + SIGNATURE + 2) / 3 * 4 - (3 - (BODY + SIGNATURE) % 3) % 3;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final Mac keyed;

    CursorCodec(byte[] key) {
        try {
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HmacSHA256", e);
        }
    }

    String write(Cursor cursor) {
        ByteBuffer bytes = ByteBuffer.allocate(BODY + SIGNATURE)
                .put(VERSION)
                .putLong(cursor.generation())
                .putLong(cursor.feed())
                .putLong(cursor.position())
                .putLong(cursor.cleanTo())
                .putInt(cursor.day());
        bytes.put(signature(bytes.array()));
        return ENCODER.encodeToString(bytes.array());
    }

    /** @throws CursorException if it is not one that {@link #write} made */
    Cursor read(String text) {
        byte[] bytes = decode(text);
        byte[] signature = Arrays.copyOfRange(bytes, BODY, BODY + SIGNATURE);
        if (!MessageDigest.isEqual(signature, signature(bytes))) {
            throw invalid();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes);
        if (body.get() != VERSION) {
            throw invalid();
        }
        return new Cursor(body.getLong(), body.getLong(), body.getLong(), body.getLong(), body.getInt());
    }

    private static byte[] decode(String text) {
        if (text.length() != TEXT) {
            throw invalid();
        }
        byte[] bytes;
        try {
            bytes = DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        // The decoder passes over the bits of the last character that carry nothing; one cursor has one spelling.
        if (bytes.length != BODY + SIGNATURE || !ENCODER.encodeToString(bytes).equals(text)) {
            throw invalid();
        }
        return bytes;
    }

    private byte[] signature(byte[] bytes) {
        try {
            // Far cheaper than keying one each time.
            Mac mac = (Mac) keyed.clone();
            mac.update(bytes, 0, BODY);
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The HmacSHA256 of this Java runtime cannot be cloned", e);
        }
    }

    private static CursorException invalid() {
        return new CursorException(Reason.INVALID, "The cursor is not one that this server gave out");
    }
}
