package io.syncline.changelog;

/** The lease under which a page was appended has passed to another job; nothing was written. */
public final class FencedException extends RuntimeException {

    public FencedException(String message) {
        super(message);
    }
}
