package io.syncline.changelog;

import java.util.OptionalLong;

/**
 * What makes a page one of a job that pulls everything from the beginning: its checkpoint is the job's own, apart from the stream's, and so such
 * a job can run beside the others without losing where they stand.
 *
 * @param rollCall whether the entities that the page tells of are written down, to find afterwards which were not seen
 * @param last whether the stream has no more to give
 * @param total how many records the stream will give in all, as the upstream estimates it; empty where it does not
 */
public record Pass(boolean rollCall, boolean last, OptionalLong total) {}
