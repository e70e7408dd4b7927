package io.syncline.sell;

import java.util.Map;
import java.util.Optional;

/** A request that is answered with an error in the protocol's envelope. The message is fit to be shown to the client. */
final class SellException extends RuntimeException {

    private final int status;
    private final String code;
    private final Optional<String> field;
    private final Map<String, String> headers;

    SellException(int status, String code, String message) {
        this(status, code, message, Optional.empty(), Map.of());
    }

    /**
     * An error with all that can be said of it.
     *
     * @param field as a JSON Pointer into the payload; empty where it is about none
     */
    SellException(int status, String code, String message, Optional<String> field, Map<String, String> headers) {
        // Without a stack trace: it is an answer, not a fault, and it costs where a client repeats its mistake.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
        this.headers = Map.copyOf(headers);
    }

    static SellException tooMany(String message, long retryAfterSeconds) {
        return new SellException(
                429,
                "rate_limit_exceeded",
                message,
                Optional.empty(),
                Map.of("Retry-After", Long.toString(retryAfterSeconds)));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Optional<String> field() {
        return field;
    }

    Map<String, String> headers() {
        return headers;
    }
}
