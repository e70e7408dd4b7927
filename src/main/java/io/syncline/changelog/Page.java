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
 * @param observed in the order in which upstream told it; an entity may come several times, and the later one wins
 * @param checkpoint where the stream stands after this page; empty leaves it where it was
 * @param pass set for a job that pulls everything from the beginning, to which the checkpoint then belongs
 */
public record Page(
        String integrationId,
        String stream,
        long fence,
        Optional<String> jobId,
        List<Observed> observed,
        List<Quarantined> quarantined,
        Optional<String> checkpoint,
        Optional<Pass> pass) {

    private static final int LONGEST_CHECKPOINT = 1_000_000;

    /** @throws IllegalArgumentException if the checkpoint or a name cannot be kept, as {@link Observed} says */
    public Page {
        StorableText.check("the integration id", integrationId, Observed.LONGEST_TEXT);
        StorableText.check("the stream", stream, Observed.LONGEST_TEXT);
        checkpoint.ifPresent(text -> StorableText.check("the checkpoint", text, LONGEST_CHECKPOINT));
        observed = List.copyOf(observed);
        quarantined = List.copyOf(quarantined);
    }

    /** A page of a stream that goes on from its own checkpoint. */
    public Page(
            String integrationId,
            String stream,
            long fence,
            Optional<String> jobId,
            List<Observed> observed,
            List<Quarantined> quarantined,
            Optional<String> checkpoint) {
        this(integrationId, stream, fence, jobId, observed, quarantined, checkpoint, Optional.empty());
    }
}
