package io.syncline.integration;

/** A value that is not of its declared type; made without a stack trace because a page may hold many. */
final class InvalidValueException extends Exception {

    InvalidValueException(String message) {
        super(message, null, false, false);
    }

    /** The same, said of the field that holds the value. */
    InvalidValueException in(String field) {
        String inner = getMessage();
        return new InvalidValueException(
                inner.startsWith(".") || inner.startsWith("[") ? field + inner : field + " " + inner);
    }
}
