package io.syncline.sell;

/** A stored entity that cannot be put into the shape that clients need. The message says where and why, and is fit to be shown to the client. */
final class UnservableException extends Exception {

    UnservableException(String message) {
        super(message, null, false, false);
    }

    /** The same, inside of something. */
    UnservableException in(String outer) {
        return new UnservableException(outer + getMessage());
    }
}
