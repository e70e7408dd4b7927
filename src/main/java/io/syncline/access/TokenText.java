package io.syncline.access;

import java.security.SecureRandom;

/** What a token looks like. */
final class TokenText {

    /** How many characters every token has. */
    static final int LENGTH = 64;

    private static final String LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private TokenText() {}

    /** A new one, of 381 bits from the platform's secure random generator. */
    static String random() {
        StringBuilder text = new StringBuilder(LENGTH);
        new SecureRandom()
                .ints(LENGTH, 0, LETTERS_AND_DIGITS.length())
                .forEach(index -> text.append(LETTERS_AND_DIGITS.charAt(index)));
        return text.toString();
    }
}
