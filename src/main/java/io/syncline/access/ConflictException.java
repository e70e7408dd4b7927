package io.syncline.access;

/** A change that contradicts what is there; the message tells a person what. */
public final class ConflictException extends RuntimeException {

    ConflictException(String message) {
        super(message);
    }
}
