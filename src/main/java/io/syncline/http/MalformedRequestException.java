package io.syncline.http;

/** A request that is not well-formed HTTP; to be answered with 400. The message is fit to be shown to the client. */
public final class MalformedRequestException extends RuntimeException {

    public MalformedRequestException(String message) {
        super(message);
    }
}
