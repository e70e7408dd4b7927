package io.syncline.storage;

/** The database cannot be used; the message tells a person why and what to do. */
public final class DatabaseException extends RuntimeException {

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
