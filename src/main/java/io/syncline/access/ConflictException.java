package io.syncline.access;

import io.syncline.http.ApiException;

/** A change that contradicts what is there: 409 {@code CONFLICT}. The message tells a person what. */
public final class ConflictException extends ApiException {

    ConflictException(String message) {
        super(409, "CONFLICT", message);
    }
}
