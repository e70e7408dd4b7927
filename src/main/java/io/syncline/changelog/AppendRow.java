package io.syncline.changelog;

import java.util.Optional;

/**
 * What an append notes of itself, and of the stream that it comes from.
 *
 * @param checkpoint where the stream stands after it; empty leaves it where it was
 * @param at in milliseconds since 1970
 */
record AppendRow(int integrationNo, String stream, Optional<String> jobId, Optional<String> checkpoint, long at) {}
