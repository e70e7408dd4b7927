package io.syncline.job;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full syncs that a schedule begins. Safe for use by many threads. */
public final class FullSyncs {

    private static final Logger LOG = LoggerFactory.getLogger(FullSyncs.class);

    private final JobCommands commands;

    public FullSyncs(JobCommands commands) {
        this.commands = commands;
    }

    /** Starts a full sync, unless a job that somebody asked for waits or runs. */
    public void begin(String integrationId) {
        try {
            commands.start(integrationId, JobType.FULL, JobOptions.NONE);
        } catch (JobRefusedException another) {
            LOG.info("{}: no full sync now: {}", integrationId, another.getMessage());
        }
    }
}
