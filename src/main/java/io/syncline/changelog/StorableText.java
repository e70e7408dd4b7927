package io.syncline.changelog;

/** What text both databases keep as it is: UTF-8 has no lone surrogates, and PostgreSQL no U+0000. */
final class StorableText {

    private StorableText() {}

    /** @throws IllegalArgumentException naming {@code what}, if the text is blank, too long or cannot be kept */
    static void check(String what, String text, int longest) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(what + " is blank");
        }
        if (text.length() > longest) {
            throw new IllegalArgumentException(what + " is longer than " + longest + " characters");
        }
        if (firstUnstorable(text) >= 0) {
            throw new IllegalArgumentException(what + " holds U+0000 or a lone surrogate, which cannot be kept");
        }
    }

    /** The text with U+FFFD in place of what cannot be kept, for texts that are there to be looked at. */
    static String mended(String text) {
        int bad = firstUnstorable(text);
        if (bad < 0) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text);
        while (bad >= 0) {
            mended.setCharAt(bad, '\uFFFD');
            bad = firstUnstorable(mended, bad + 1);
        }
        return mended.toString();
    }

    private static int firstUnstorable(CharSequence text) {
        return firstUnstorable(text, 0);
    }

    private static int firstUnstorable(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return i;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
