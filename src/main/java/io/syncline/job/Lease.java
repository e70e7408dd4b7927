package io.syncline.job;

/**
 * The right to sync an integration, held by one job of one process at a time.
 *
 * @param fence grows with every lease of the integration; the changelog refuses an append under an older one
 * @param resumed whether the job was begun by a process that died
 */
record Lease(String integrationId, long integrationNo, String jobId, long fence, boolean resumed) {}
