package io.syncline.job;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which jobs to list, the newest first.
 *
 * @param visible the integrations whose jobs may be shown; empty for all
 * @param before only jobs older than the one of this id
 * @param limit most jobs, 1 or more
 */
public record JobQuery(
        Optional<Predicate<String>> visible,
        Optional<String> integrationId,
        Optional<JobStatus> status,
        Optional<String> before,
        int limit) {}
