package io.syncline.access;

import java.time.Instant;
import java.util.Optional;

/**
 * Who changes tokens or grants, and when.
 *
 * @param caller empty where it is no request
 */
record Actor(Optional<Caller> caller, Instant at) {}
