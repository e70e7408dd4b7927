package io.syncline.changelog;

import io.syncline.changelog.CursorException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cursors as text: sealed, so that what comes in is what went out and nobody can tell from it where the changelog stands, which what a view
 * does not see moves too. Two texts of one cursor are never alike, lest they tell whether it moved. Safe for use by many threads.
 *
 * <p>Layout, base64url without padding: a version byte; then the first 16 bytes of an HMAC-SHA256 over all that is sealed; then, encrypted by
 * AES in counter mode that begins at that HMAC: a random number, generation, feed, position, clean-to (8 bytes each), day (4), the view's
 * version and what was told (8 each); on a turn also its since, view, walk-to and walked (8 each). Cursors of the versions 1 to 3 were signed only and are still read.
 */
final class CursorCodec {

    private static final byte SEALED = 4;
    private static final int SIGNATURE = 16;
    private static final int NONCE = 8;
    private static final int STANDING = 52;
    private static final int TURNING = 84;
    /** Characters. */
    private static final int LONGEST = 146;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final Mac keyed;
    private final SecretKeySpec secret;
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(CursorCodec::cipher);

    CursorCodec(byte[] key) {
        try {
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HmacSHA256", e);
        }
        byte[] derived =
                signature(ByteBuffer.wrap("what cursors are encrypted with".getBytes(StandardCharsets.US_ASCII)));
        secret = new SecretKeySpec(derived, "AES");
    }

    String write(Cursor cursor) {
        int length = cursor.turn().isPresent() ? TURNING : STANDING;
        ByteBuffer plain = ByteBuffer.allocate(NONCE + length)
                .putLong(ThreadLocalRandom.current().nextLong())
                .putLong(cursor.generation())
                .putLong(cursor.feed())
                .putLong(cursor.position())
                .putLong(cursor.cleanTo())
                .putInt(cursor.day())
                .putLong(cursor.view())
                .putLong(cursor.told());
        cursor.turn().ifPresent(turn -> plain.putLong(turn.since())
                .putLong(turn.view())
                .putLong(turn.walkTo())
                .putLong(turn.walked()));
        byte[] signature = signature(plain.flip());
        byte[] bytes = ByteBuffer.allocate(1 + SIGNATURE + NONCE + length)
                .put(SEALED)
                .put(signature)
                .put(crypt(Cipher.ENCRYPT_MODE, signature, plain.array(), 0))
                .array();
        return ENCODER.encodeToString(bytes);
    }

    /** @throws CursorException if it is not one that {@link #write} made */
    Cursor read(String text) {
        byte[] bytes = decode(text);
        return bytes[0] == SEALED ? sealed(bytes) : signed(bytes);
    }

    private Cursor sealed(byte[] bytes) {
        byte[] signature = Arrays.copyOfRange(bytes, 1, 1 + SIGNATURE);
        byte[] plain = crypt(Cipher.DECRYPT_MODE, signature, bytes, 1 + SIGNATURE);
        if (!MessageDigest.isEqual(signature, signature(ByteBuffer.wrap(plain)))) {
            throw invalid();
        }
        ByteBuffer body = ByteBuffer.wrap(plain, NONCE, plain.length - NONCE);
        boolean turning = body.remaining() == TURNING;
        return new Cursor(
                body.getLong(),
                body.getLong(),
                body.getLong(),
                body.getLong(),
                body.getInt(),
                body.getLong(),
                body.getLong(),
                turning ? Optional.of(turn(body)) : Optional.empty());
    }

    private static Cursor.Turn turn(ByteBuffer body) {
        return new Cursor.Turn(body.getLong(), body.getLong(), body.getLong(), body.getLong());
    }

    /** Version 1 is from before views had versions. */
    private Cursor signed(byte[] bytes) {
        int length = bytes.length - SIGNATURE;
        byte[] signature = Arrays.copyOfRange(bytes, length, bytes.length);
        if (!MessageDigest.isEqual(signature, signature(ByteBuffer.wrap(bytes, 0, length)))) {
            throw invalid();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes, 1, length - 1);
        long generation = body.getLong();
        long feed = body.getLong();
        long position = body.getLong();
        return new Cursor(
                generation,
                feed,
                position,
                body.getLong(),
                body.getInt(),
                bytes[0] > 1 ? body.getLong() : 0,
                position,
                bytes[0] == 3 ? Optional.of(turn(body)) : Optional.empty());
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
                || !hasLength(bytes[0], bytes.length)
                || !ENCODER.encodeToString(bytes).equals(text)) {
            throw invalid();
        }
        return bytes;
    }

    private static boolean hasLength(byte version, int length) {
        int body = length - 1 - SIGNATURE;
        return switch (version) {
            case 1 -> body == 36;
            case 2 -> body == 44;
            case 3 -> body == 76;
            case SEALED -> body == NONCE + STANDING || body == NONCE + TURNING;
            default -> false;
        };
    }

    private byte[] signature(ByteBuffer bytes) {
        try {
            // Far cheaper than keying one each time.
            Mac mac = (Mac) keyed.clone();
            mac.update(bytes.duplicate());
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The HmacSHA256 of this Java runtime cannot be cloned", e);
        }
    }

    private byte[] crypt(int mode, byte[] start, byte[] bytes, int from) {
        try {
            Cipher cipher = ciphers.get();
            cipher.init(mode, secret, new IvParameterSpec(start));
            return cipher.doFinal(bytes, from, bytes.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Counter mode takes every text", e);
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has AES in counter mode", e);
        }
    }

    private static CursorException invalid() {
        return new CursorException(Reason.INVALID, "The cursor is not one that this server gave out");
    }
}
