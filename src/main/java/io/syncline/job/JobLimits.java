package io.syncline.job;

import java.time.Duration;

/**
 * What jobs may take.
 *
 * @param concurrent jobs at work at a time in this process, at least 1
 * @param timeout how long a run of a job may take, its waits for the upstream among it
 */
public record JobLimits(int concurrent, Duration timeout) {

    /** What holds where nothing is set. */
    public static JobLimits usual() {
        return new JobLimits(16, Duration.ofHours(6));
    }
}
