package io.syncline.changelog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one digest used here. */
final class Sha256 {

    private Sha256() {}

    /** A digest of one's own: it is not for several threads. */
    static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
