package io.syncline.changelog;

import java.time.Duration;

/**
 * How long the changelog keeps what newer changes have made superfluous.
 *
 * @param superseded a change is kept until its successor is this old
 * @param tombstones the delete of an entity is kept this long; not shorter than {@code superseded}. A reader that stays away longer
 *     has to read everything anew
 */
public record Retention(Duration superseded, Duration tombstones) {

    public static final Retention DEFAULT = new Retention(Duration.ofDays(30), Duration.ofDays(90));

    public Retention {
        if (superseded.isNegative()) {
            throw new IllegalArgumentException("the retention of superseded changes is negative: " + superseded);
        }
        if (tombstones.compareTo(superseded) < 0) {
            throw new IllegalArgumentException("tombstones are to be kept for " + tombstones
                    + ", shorter than superseded changes, which are kept for " + superseded);
        }
    }
}
