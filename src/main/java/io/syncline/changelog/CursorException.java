package io.syncline.changelog;

/** A cursor that cannot be read from. */
public final class CursorException extends RuntimeException {

    public enum Reason {
        /** Not one of ours, or not for this feed, query or principal. */
        INVALID,
        /** Once good, but what it would have to tell has been compacted away, or the changelog began anew. */
        EXPIRED
    }

    private final Reason reason;

    public CursorException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
