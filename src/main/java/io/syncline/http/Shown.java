package io.syncline.http;

/** What a client sent, as it may be shown back in an error. */
public final class Shown {

    private static final int LONGEST = 60;

    private Shown() {}

    /** A name, cut to a bounded length and without control characters. */
    public static String name(String sent) {
        String cut = sent.codePointCount(0, sent.length()) > LONGEST
                ? sent.substring(0, sent.offsetByCodePoints(0, LONGEST)) + "…"
                : sent;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
