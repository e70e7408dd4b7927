package io.syncline.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Content negotiation (RFC 9110, section 12.5.1). */
final class Accept {

    private Accept() {}

    /**
     * The offered media type that the client likes best, the first of equals; empty if it takes none. Without the header every type is taken.
     */
    static Optional<String> best(List<String> accept, List<String> offered) {
        if (accept.isEmpty()) {
            return Optional.of(offered.get(0));
        }
        List<String> ranges =
                List.of(String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1));
        String best = null;
        double bestQuality = 0;
        for (String type : offered) {
            double quality = quality(ranges, type);
            if (quality > bestQuality) {
                best = type;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    /** By the most specific range that covers the type. */
    private static double quality(List<String> ranges, String type) {
        double quality = 0;
        int specificity = -1;
        for (String range : ranges) {
            String[] parts = range.split(";", -1);
            int covers = specificity(parts[0].strip(), type);
            if (covers > specificity) {
                specificity = covers;
                quality = weight(parts);
            }
        }
        return quality;
    }

    private static int specificity(String range, String type) {
        if (range.equals(type)) {
            return 2;
        }
        if (range.equals(type.substring(0, type.indexOf('/')) + "/*")) {
            return 1;
        }
        return range.equals("*/*") ? 0 : -1;
    }

    /** What is no number is taken as if it were not there. */
    private static double weight(String[] parts) {
        for (int at = 1; at < parts.length; at++) {
            String parameter = parts[at].strip();
            if (parameter.matches("q=[01](\\.[0-9]{0,3})?")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
