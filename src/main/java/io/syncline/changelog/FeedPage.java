package io.syncline.changelog;

import java.util.List;

/**
 * A page of a feed.
 *
 * @param cursor where to go on from; there on an empty page too
 * @param hasMore whether a read from {@code cursor} would give something at once
 */
public record FeedPage(List<Change> changes, String cursor, boolean hasMore) {}
