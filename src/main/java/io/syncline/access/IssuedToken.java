package io.syncline.access;

/**
 * A new token, at the one moment when it can be read.
 *
 * @param secret the token itself, 64 letters and digits
 */
public record IssuedToken(Token token, String secret) {

    /** Without the secret, so that it ends up in no log. */
    @Override
    public String toString() {
        return "IssuedToken[token=" + token + "]";
    }
}
