package io.syncline.integration;

import io.syncline.changelog.Quarantined;
import java.time.Duration;
import java.util.Optional;

/**
 * A failure of a sync, by its {@link ErrorClass}: a type for each, so that routes can tell them apart. The message is for a person and
 * holds no secrets.
 */
public abstract sealed class SyncFailure extends RuntimeException {

    private final ErrorClass errorClass;
    private final transient Optional<Quarantined> record;

    private SyncFailure(ErrorClass errorClass, String message, Throwable cause) {
        this(errorClass, message, cause, Optional.empty());
    }

    private SyncFailure(ErrorClass errorClass, String message, Throwable cause, Optional<Quarantined> record) {
        super(message, cause);
        this.errorClass = errorClass;
        this.record = record;
    }

    /** The record that it came with, where it was one. */
    public Optional<Quarantined> record() {
        return record;
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** Worth trying again soon. */
    public static final class Transient extends SyncFailure {
        public Transient(String message, Throwable cause) {
            super(ErrorClass.TRANSIENT, message, cause);
        }
    }

    /** Not even tried, because what was tried before failed again and again. */
    public static final class BreakerOpen extends SyncFailure {
        public BreakerOpen(Throwable cause) {
            super(ErrorClass.TRANSIENT, "the circuit breaker is open after repeated failures", cause);
        }
    }

    /** Worth trying again when the upstream says so. */
    public static final class Throttled extends SyncFailure {
        private final transient Optional<Duration> retryAfter;

        /** @param retryAfter as the upstream said; empty where it did not */
        public Throttled(String message, Optional<Duration> retryAfter, Throwable cause) {
            super(ErrorClass.THROTTLED, message, cause);
            this.retryAfter = retryAfter;
        }

        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** The credentials are refused. */
    public static final class Auth extends SyncFailure {
        public Auth(String message, Throwable cause) {
            super(ErrorClass.AUTH, message, cause);
        }
    }

    /** The answer is not what the protocol or the entity types say. */
    public static final class Schema extends SyncFailure {
        public Schema(String message, Throwable cause) {
            super(ErrorClass.SCHEMA, message, cause);
        }

        /** @param record the first that is not */
        public Schema(String message, Throwable cause, Quarantined record) {
            super(ErrorClass.SCHEMA, message, cause, Optional.of(record));
        }
    }

    /** The upstream no longer knows the checkpoint, so that the next run has to pull all streams from their beginning. */
    public static final class CheckpointRefused extends SyncFailure {
        public CheckpointRefused(String message) {
            super(ErrorClass.TRANSIENT, message, null);
        }
    }

    /** Not a failure of anybody: the run was asked to stop. */
    public static final class Stopped extends SyncFailure {
        public Stopped() {
            super(ErrorClass.TRANSIENT, "stopped", null);
        }
    }

    /** The job took longer than it may. */
    public static final class Overdue extends SyncFailure {
        public Overdue(Duration age) {
            super(
                    ErrorClass.TRANSIENT,
                    "the job was not done after " + age.toSeconds()
                            + " s, so it ends (syncline.jobs.timeout); the next one goes on from its checkpoint",
                    null);
        }
    }

    /** What should not happen. */
    public static final class Bug extends SyncFailure {
        public Bug(String message, Throwable cause) {
            super(ErrorClass.BUG, message, cause);
        }

        /** @param record what it happened with */
        public Bug(String message, Throwable cause, Quarantined record) {
            super(ErrorClass.BUG, message, cause, Optional.of(record));
        }
    }
}
