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

    /** Starts a full sync, unless people have stopped or paused the integration, or another job that matters more waits or runs. */
    public void begin(String integrationId) {
        if (commands.startFullSyncBySchedule(integrationId).isEmpty()) {
            LOG.info(
                    "{}: no full sync now: its schedule is stopped, a job of it is paused, or another full sync or one that was asked for is under way",
                    integrationId);
        }
    }
}
