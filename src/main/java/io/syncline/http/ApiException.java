package io.syncline.http;

import java.util.Map;
import java.util.Optional;

/** A request under {@code /api} that is answered with an error. The message is fit to be shown to the client. */
public class ApiException extends RuntimeException {

    private final int status;
    private final String code;
    private final Optional<String> field;
    private final Map<String, String> headers;

    public ApiException(int status, String code, String message) {
        this(status, code, message, Optional.empty(), Map.of());
    }

    /**
     * An error with all that can be said of it.
     *
     * @param status the HTTP status
     * @param code for programs, such as {@code INVALID_CURSOR}
     * @param field the field or parameter that is wrong; empty where it is none in particular
     * @param headers of the response, such as {@code Allow}
     */
    public ApiException(int status, String code, String message, Optional<String> field, Map<String, String> headers) {
        // Without a stack trace: it is an answer, not a fault, and it costs where a client repeats its mistake.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
        this.headers = Map.copyOf(headers);
    }

    /** 400 {@code BAD_REQUEST} for a field or parameter. */
    public static ApiException badField(String field, String message) {
        return new ApiException(400, "BAD_REQUEST", message, Optional.of(field), Map.of());
    }

    public final int status() {
        return status;
    }

    public final String code() {
        return code;
    }

    public final Optional<String> field() {
        return field;
    }

    public final Map<String, String> headers() {
        return headers;
    }
}
