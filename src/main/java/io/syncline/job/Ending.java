package io.syncline.job;

import java.util.List;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param heldBack deletes that wait for an approval
 * @param anew whether the job, should it go on, pulls from the beginning again
 * @param lines what its log is still to be told
 */
record Ending(JobStatus status, Optional<SyncState.Failure> failure, long heldBack, boolean anew, List<LogLine> lines) {

    static Ending of(JobStatus status) {
        return new Ending(status, Optional.empty(), 0, false, List.of());
    }

    static Ending completed(long heldBack) {
        return new Ending(JobStatus.COMPLETED, Optional.empty(), heldBack, false, List.of());
    }

    static Ending failed(JobStatus status, SyncState.Failure failure, boolean anew) {
        return new Ending(status, Optional.of(failure), 0, anew, List.of());
    }

    Ending telling(List<LogLine> last) {
        return new Ending(status, failure, heldBack, anew, last);
    }
}
