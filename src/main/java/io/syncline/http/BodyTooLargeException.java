package io.syncline.http;

/** A request's body is longer than is accepted; to be answered with 413. */
public final class BodyTooLargeException extends RuntimeException {

    private final long limit;

    public BodyTooLargeException(long limit) {
        super("The body is longer than " + limit + " bytes");
        this.limit = limit;
    }

    /** The most bytes accepted. */
    public long limit() {
        return limit;
    }
}
