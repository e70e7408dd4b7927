package io.syncline.changelog;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a job that pulls from the beginning stands in a stream.
 *
 * @param checkpoint of the last page; empty where the upstream gives none
 * @param drained whether the stream has no more to give
 * @param processed records that it has given
 * @param total how many it will give in all, as the upstream estimates it
 */
public record PassPosition(Optional<String> checkpoint, boolean drained, long processed, OptionalLong total) {

    /** At the beginning. */
    public static final PassPosition START = new PassPosition(Optional.empty(), false, 0, OptionalLong.empty());
}
