package io.syncline.sandbox.upstream;

import java.util.Optional;

/** A request to the control API that cannot be carried out, with what to mend. */
public final class RefusedException extends Exception {
    private final int status;
    private final String code;
    private final String field;

    /** @param field the member of the request that is at fault; null where it is none in particular */
    public RefusedException(int status, String code, String message, String field) {
        super(message);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** A 400 for one member of the request. */
    public static RefusedException invalid(String field, String message) {
        return new RefusedException(400, "invalid_request", message, field);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
