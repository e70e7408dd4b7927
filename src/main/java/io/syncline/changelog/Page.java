package io.syncline.changelog;

import java.util.List;
import java.util.Optional;

/**
 * One page of a stream, as it is appended: what was seen, and the checkpoint from which the stream goes on after it.
 *
 * @param integrationId the configured integration that the page comes from
 * @param stream the stream inside the integration that the checkpoint belongs to
 * @param fence the fencing token of the lease under which the job runs; an append under an older one is refused
 * @param jobId the job whose progress counts this page; empty when none does
 * @param checkpoint where the stream stands after this page; empty leaves it where it was
 */
public record Page(
        String integrationId,
        String stream,
        long fence,
        Optional<String> jobId,
        List<Observed> observed,
        List<Quarantined> quarantined,
        Optional<String> checkpoint) {}
