package io.syncline.sell;

import java.time.Instant;

/**
 * A device as it is listed.
 *
 * @param startedAt its last start of a session, to the hour
 */
record DeviceSummary(String uuid, Instant createdAt, Instant startedAt) {}
