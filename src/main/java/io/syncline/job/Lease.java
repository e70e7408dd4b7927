package io.syncline.job;

import java.util.Optional;

/**
 * The right to sync an integration, held by one job of one process at a time.
 *
 * @param job as it was when the lease was taken
 * @param fence grows with every lease of the integration; the changelog refuses an append under an older one
 * @param beganAtSeq the changelog's head when the job first ran
 * @param resumed why the job goes on from where it was; empty if it begins
 */
record Lease(String integrationId, int integrationNo, Job job, long fence, long beganAtSeq, Optional<String> resumed) {

    String jobId() {
        return job.id();
    }
}
