package io.syncline.changelog;

/**
 * What a compaction removed.
 *
 * @param superseded changes whose entity has a newer one
 * @param tombstones deletes, with all that was known of their entities
 */
public record Compacted(long superseded, long tombstones) {}
