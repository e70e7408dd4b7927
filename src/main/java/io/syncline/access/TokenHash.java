package io.syncline.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a token. Tokens are random and long, so a salt or a slow hash would add nothing. */
final class TokenHash {

    private final byte[] hash;

    private TokenHash(byte[] hash) {
        this.hash = hash;
    }

    static TokenHash of(String token) {
        try {
            return new TokenHash(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    static TokenHash stored(byte[] hash) {
        return new TokenHash(hash.clone());
    }

    byte[] bytes() {
        return hash.clone();
    }

    /** Where to look the token up. Tells so little of the hash that how long the look-up takes tells nothing. */
    int bucket() {
        return ByteBuffer.wrap(hash).getInt();
    }

    /** In constant time. */
    boolean matches(TokenHash other) {
        return MessageDigest.isEqual(hash, other.hash);
    }
}
