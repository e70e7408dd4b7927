package io.syncline.changelog;

import io.syncline.changelog.CursorException.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors as text: signed, so that what comes in is what went out. Safe for use by many threads.
 *
 * <p>Layout, base64url without padding: a version byte; then generation, feed, position, clean-to (8 bytes each) and day (4); from version
 * 2 on the view's version (8); in version 3 the turn's since, view, walk-to and walked (8 each); then the first 16 bytes of an
 * HMAC-SHA256 over all before it. Version 1 is from before views had versions.
 */
final class CursorCodec {

    private static final byte STANDING = 2;
    private static final byte TURNING = 3;
    private static final int SIGNATURE = 16;
    /** By version. */
    private static final int[] BODY = {0, 37, 45, 77};
    /** Characters. */
    private static final int LONGEST = 124;

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
        byte version = cursor.turn().isPresent() ? TURNING : STANDING;
        ByteBuffer bytes = ByteBuffer.allocate(BODY[version] + SIGNATURE)
                .put(version)
                .putLong(cursor.generation())
                .putLong(cursor.feed())
                .putLong(cursor.position())
                .putLong(cursor.cleanTo())
                .putInt(cursor.day())
                .putLong(cursor.view());
        cursor.turn().ifPresent(turn -> bytes.putLong(turn.since())
                .putLong(turn.view())
                .putLong(turn.walkTo())
                .putLong(turn.walked()));
        bytes.put(signature(bytes.array()));
        return ENCODER.encodeToString(bytes.array());
    }

    /** @throws CursorException if it is not one that {@link #write} made */
    Cursor read(String text) {
        byte[] bytes = decode(text);
        byte[] signature = Arrays.copyOfRange(bytes, bytes.length - SIGNATURE, bytes.length);
        if (!MessageDigest.isEqual(signature, signature(bytes))) {
            throw invalid();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes);
        byte version = body.get();
        return new Cursor(
                body.getLong(),
                body.getLong(),
                body.getLong(),
                body.getLong(),
                body.getInt(),
                version >= STANDING ? body.getLong() : 0,
                version == TURNING
                        ? Optional.of(new Cursor.Turn(body.getLong(), body.getLong(), body.getLong(), body.getLong()))
                        : Optional.empty());
    }

    private static byte[] decode(String text) {
        if (text.length() > LONGEST) {
            throw invalid();
        }
        byte[] bytes;
        try {
            bytes = DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        // The decoder passes over the bits of the last character that carry nothing; one cursor has one spelling.
        if (bytes.length == 0
                || bytes[0] < 1
                || bytes[0] > TURNING
                || bytes.length != BODY[bytes[0]] + SIGNATURE
                || !ENCODER.encodeToString(bytes).equals(text)) {
            throw invalid();
        }
        return bytes;
    }

    private byte[] signature(byte[] bytes) {
        try {
            // Far cheaper than keying one each time.
            Mac mac = (Mac) keyed.clone();
            mac.update(bytes, 0, bytes.length - SIGNATURE);
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The HmacSHA256 of this Java runtime cannot be cloned", e);
        }
    }

    private static CursorException invalid() {
        return new CursorException(Reason.INVALID, "The cursor is not one that this server gave out");
    }
}
