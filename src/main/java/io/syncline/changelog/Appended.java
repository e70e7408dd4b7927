package io.syncline.changelog;

/**
 * What an append did, by count of records.
 *
 * @param unchanged seen, but equal to the latest state, so not appended
 * @param stale seen in an older upstream version than the changelog holds, so not appended
 * @param head the changelog's highest sequence version after the append
 */
public record Appended(int created, int updated, int deleted, int unchanged, int stale, int quarantined, long head) {

    /** How many changes the append added to the changelog. */
    public int changes() {
        return created + updated + deleted;
    }
}
