package io.syncline.job;

import io.syncline.integration.ErrorClass;
import java.time.Instant;
import java.util.Optional;

/**
 * How the syncing of an integration stands.
 *
 * @param running whether a job of it runs in this process
 * @param lastSuccess when a job of it last went well, also before the last restart
 * @param lastFailure why its last job failed; empty once one went well
 */
public record SyncState(boolean running, Optional<Instant> lastSuccess, Optional<Failure> lastFailure) {

    /**
     * Why a job failed, or set a record aside.
     *
     * @param message for a person; it may quote the upstream
     * @param record what it failed with, where that was a record
     */
    public record Failure(ErrorClass errorClass, String message, Optional<FailingRecord> record) {}
}
