package io.syncline.job;

/** What a job was asked for does not go with its status, or with another job. The message is for the client. */
public final class JobRefusedException extends RuntimeException {

    JobRefusedException(String message) {
        // Without a stack trace: it is an answer, not a fault.
        super(message, null, false, false);
    }
}
