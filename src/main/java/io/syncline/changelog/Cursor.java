package io.syncline.changelog;

import java.util.Optional;

/**
 * A position in a feed.
 *
 * @param generation of the changelog that it was made in
 * @param feed which principal and query it was made for, as {@link Feed#key}
 * @param position every change of the feed up to here has been served
 * @param cleanTo how far the changelog was compacted when its reader began from nothing: what tombstones up to here tell to be gone
 *     had left the changelog before, so its reader never saw it and need not be told
 * @param day days since the epoch when its position was last moved
 * @param view the version of the view that its reader holds the entities of, as {@link View#version}
 * @param told the highest sequence version that its reader has been told; never beyond what the view saw, while the position is the changelog's
 * @param turn how far the reader is on the way to another version; empty if it is not on the way
 */
record Cursor(
        long generation, long feed, long position, long cleanTo, int day, long view, long told, Optional<Turn> turn) {

    /**
     * The way of a reader from what it held under one version of its view to another.
     *
     * @param since the reader's position when it began
     * @param view the version that it leads to
     * @param walkTo the newest changes up to here are walked; 0 while the changes up to the present are still to be served
     * @param walked the walk has come to here
     */
    record Turn(long since, long view, long walkTo, long walked) {

        boolean isWalking() {
            return walkTo > 0;
        }
    }

    /** Whether its reader may have missed a delete, now that tombstones up to {@code horizon} are removed. */
    boolean expiredAt(long horizon) {
        return position > 0 && horizon > Math.max(position, cleanTo);
    }

    /**
     * Whether its reader may hold something that it saw only because of a grant taken back by then. Not one that began after compaction had
     * come so far, which it does before such a grant is forgotten: it has been shown nothing else than what was in sight since.
     */
    boolean sawBefore(long forgottenTo) {
        return position > 0 && forgottenTo > Math.max(view, cleanTo);
    }

    Cursor at(long newPosition, int newDay) {
        return new Cursor(generation, feed, Math.max(position, newPosition), cleanTo, newDay, view, told, turn);
    }

    Cursor under(long newView) {
        return new Cursor(generation, feed, position, cleanTo, day, newView, told, Optional.empty());
    }

    Cursor on(Turn newTurn) {
        return new Cursor(generation, feed, position, cleanTo, day, view, told, Optional.of(newTurn));
    }

    Cursor having(long toldNow) {
        return new Cursor(generation, feed, position, cleanTo, day, view, Math.max(told, toldNow), turn);
    }
}
