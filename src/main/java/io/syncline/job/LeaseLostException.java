package io.syncline.job;

/** A lease has passed to somebody else, or its job was taken away. */
final class LeaseLostException extends RuntimeException {

    LeaseLostException() {
        super("the lease has passed to another process");
    }
}
