package io.syncline.changelog;

import java.util.Map;

/**
 * How far a look at the newest changes went.
 *
 * @param head every change up to here was looked at
 * @param view the version of the view that it was looked at with
 * @param removed the collections looked at by number, each with the newest tombstone that has been removed from it, or for a view of scopes what
 *     compaction has removed beside, 0 for none: a reader that last looked before it, but did look before, may have missed a delete
 */
public record Looked(long head, long view, Map<Integer, Long> removed) {}
