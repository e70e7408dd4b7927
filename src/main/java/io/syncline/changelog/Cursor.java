package io.syncline.changelog;

/**
 * A position in a feed.
 *
 * @param generation of the changelog that it was made in
 * @param feed which principal and query it was made for, as {@link Feed#key}
 * @param position every change of the feed up to here has been served
 * @param cleanTo how far the changelog was compacted when its reader began from nothing: what tombstones up to here tell to be gone
 *     had left the changelog before, so its reader never saw it and need not be told
 * @param day days since the epoch when its position was last moved
 */
record Cursor(long generation, long feed, long position, long cleanTo, int day) {

    /** Whether its reader may have missed a delete, now that tombstones up to {@code horizon} are removed. */
    boolean expiredAt(long horizon) {
        return position > 0 && horizon > Math.max(position, cleanTo);
    }
}
