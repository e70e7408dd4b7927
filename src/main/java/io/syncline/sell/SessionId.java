package io.syncline.sell;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes session ids: UUIDs of version 8 (RFC 9562, 5.8) whose lower half tells by a digest which principal the session was for, so that this is
 * known of a session that has long been forgotten. It is no secret and protects nothing.
 */
final class SessionId {

    private static final int VERSION = 8;
    private static final long VERSION_BITS = 0xF000L;
    private static final long VARIANT_BITS = 0xC000000000000000L;
    private static final long VARIANT = 0x8000000000000000L;

    private SessionId() {}

    static UUID fresh(SecureRandom random, String principal) {
        long upper = (random.nextLong() & ~VERSION_BITS) | ((long) VERSION << 12);
        return new UUID(upper, lower(upper, principal));
    }

    /** Whether an id is well-formed, and was not given to another principal. One that was never given out could be anybody's. */
    static boolean mayBelongTo(UUID id, String principal) {
        return id.version() != VERSION || id.getLeastSignificantBits() == lower(id.getMostSignificantBits(), principal);
    }

    /** An id as a path has it; empty for what is no UUID in its usual form, in capitals or not. */
    static Optional<UUID> parse(String text) {
        return DeviceKey.isUuid(text) ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    private static long lower(long upper, String principal) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(upper).array());
            long bits = ByteBuffer.wrap(digest.digest(principal.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
            return (bits & ~VARIANT_BITS) | VARIANT;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
