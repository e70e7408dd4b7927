package io.syncline.integration;

/** A file of routes that cannot be used; the message names the file, the line and the reason. */
public final class RouteFileException extends RuntimeException {

    RouteFileException(String message) {
        super(message);
    }

    RouteFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
