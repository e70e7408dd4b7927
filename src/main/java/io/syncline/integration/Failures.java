package io.syncline.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.syncline.changelog.FencedException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.http.base.HttpOperationFailedException;

/** Says of which class a failure is: the one place where that is decided. Safe for use by many threads. */
public final class Failures {

    private static final int LONGEST_EXCERPT = 200;
    private static final int EPOCH_SECONDS_LENGTH = 10;
    private static final String PAGE_429 = "/429.json";

    private final Clock clock;

    public Failures(Clock clock) {
        this.clock = clock;
    }

    /**
     * A failure of pulling by its class, found by looking through its causes: a database that refuses is the upstream's.
     */
    public SyncFailure pulling(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && refused.getSQLState() != null) {
                return database(refused);
            }
        }
        return classify(failure);
    }

    /**
     * Fails by what a route has found out.
     *
     * @param kind {@code transient}, {@code throttled}, {@code auth}, {@code schema} or, if the upstream no longer knows where the stream
     *     stands, {@code checkpoint}
     * @param message for a person: what happened
     * @param answer what the upstream said, of which the beginning is told; may be null
     * @throws SyncFailure always
     */
    public void fail(String kind, String message, String answer) {
        String said = message + excerpt(answer);
        throw switch (kind) {
            case "transient" -> new SyncFailure.Transient(said, null);
            case "throttled" -> new SyncFailure.Throttled(said, Optional.empty(), null);
            case "auth" -> new SyncFailure.Auth(said, null);
            case "schema" -> new SyncFailure.Schema(said, null);
            case "checkpoint" -> new SyncFailure.CheckpointRefused(said);
            default -> new SyncFailure.Bug("a route fails by an unknown kind, " + kind + ": " + said, null);
        };
    }

    /** The failure by its class, found by looking through its causes. */
    public SyncFailure classify(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<SyncFailure> classified = known(cause);
            if (classified.isPresent()) {
                return classified.get();
            }
        }
        return new SyncFailure.Bug("unexpected failure: " + failure, failure);
    }

    private Optional<SyncFailure> known(Throwable cause) {
        if (cause instanceof SyncFailure classified) {
            return Optional.of(classified);
        }
        if (cause instanceof HttpOperationFailedException refused) {
            return Optional.of(status(refused));
        }
        if (cause instanceof CallNotPermittedException) {
            return Optional.of(new SyncFailure.BreakerOpen(cause));
        }
        if (cause instanceof FencedException) {
            return Optional.of(new SyncFailure.Bug("another run took the integration over", cause));
        }
        if (cause instanceof AnswerTooLargeException || cause instanceof SSLHandshakeException) {
            return Optional.of(new SyncFailure.Schema(describe(cause), cause));
        }
        if (cause instanceof JsonProcessingException) {
            return Optional.of(
                    new SyncFailure.Schema("the answer is not the JSON expected: " + describe(cause), cause));
        }
        if (cause instanceof IOException) {
            return Optional.of(new SyncFailure.Transient("the upstream cannot be reached: " + describe(cause), cause));
        }
        if (cause instanceof SQLTransientException) {
            return Optional.of(new SyncFailure.Transient("the database did not answer: " + describe(cause), cause));
        }
        if (cause instanceof SQLException) {
            return Optional.of(new SyncFailure.Bug("the database refused: " + describe(cause), cause));
        }
        return Optional.empty();
    }

    /** What an upstream's database refuses, by the classes of the SQL standard. */
    private static SyncFailure database(SQLException refused) {
        String state = refused.getSQLState();
        if (state.startsWith("28")) {
            return new SyncFailure.Auth("the database refused the user: " + describe(refused), refused);
        }
        if (state.startsWith("08") || state.startsWith("40") || state.startsWith("53") || state.startsWith("57")) {
            return new SyncFailure.Transient("the database did not answer: " + describe(refused), refused);
        }
        return new SyncFailure.Schema("the database refused: " + describe(refused), refused);
    }

    private SyncFailure status(HttpOperationFailedException refused) {
        int status = refused.getStatusCode();
        String said = "the upstream answered " + status + excerpt(refused.getResponseBody());
        if (status == 401 || status == 403) {
            return new SyncFailure.Auth(said, refused);
        }
        Optional<Duration> retryAfter = retryAfter(refused.getResponseHeaders());
        if (status == 429 || (status == 503 && retryAfter.isPresent()) || isDressed429(refused)) {
            return new SyncFailure.Throttled(said, retryAfter, refused);
        }
        if (status == 408 || status == 425 || status >= 500) {
            return new SyncFailure.Transient(said, refused);
        }
        if (status >= 300 && status < 400) {
            return new SyncFailure.Schema(
                    "the upstream answered " + status + ", a redirect to " + refused.getRedirectLocation()
                            + ", which is not followed; if that is right, set the integration's url to it",
                    refused);
        }
        return new SyncFailure.Schema(said, refused);
    }

    /** Some send the throttled to a page of that name, and may not even have it. */
    private static boolean isDressed429(HttpOperationFailedException refused) {
        return (refused.getRedirectLocation() != null
                        && refused.getRedirectLocation().endsWith(PAGE_429))
                || (refused.getStatusCode() == 404
                        && refused.getResponseBody() != null
                        && refused.getResponseBody().contains(PAGE_429));
    }

    private Optional<Duration> retryAfter(Map<String, String> headers) {
        if (headers == null) {
            return Optional.empty();
        }
        return header(headers, "Retry-After").flatMap(this::delay).or(() -> header(headers, "X-RateLimit-Reset")
                .flatMap(this::untilReset));
    }

    private static Optional<String> header(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(header -> header.getValue().strip());
    }

    /** Where no other wait is told: until the upstream's next window, which it names in seconds since 1970. */
    private Optional<Duration> untilReset(String value) {
        if (value.length() != EPOCH_SECONDS_LENGTH || !value.chars().allMatch(Character::isDigit)) {
            return Optional.empty();
        }
        Duration until = Duration.between(clock.instant(), Instant.ofEpochSecond(Long.parseLong(value)));
        return Optional.of(until.isNegative() ? Duration.ZERO : until);
    }

    private Optional<Duration> delay(String value) {
        Instant now = clock.instant();
        return RateLimitHeaders.retryAfter(value, now)
                .map(at -> Duration.between(now, at))
                .map(until -> until.isNegative() ? Duration.ZERO : until);
    }

    /** The beginning of an answer in one line, led by a colon; empty for an empty one. */
    static String excerpt(String body) {
        if (body == null || body.isBlank()) {
            return "";
        }
        String start = body.substring(0, Math.min(body.length(), 4 * LONGEST_EXCERPT));
        String line = start.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return ": " + (line.length() > LONGEST_EXCERPT ? line.substring(0, LONGEST_EXCERPT) + "…" : line);
    }

    private static String describe(Throwable cause) {
        String kind = cause.getClass().getSimpleName().replaceAll("Exception$", "");
        String words = kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        String message = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        return message == null ? words : words + " (" + excerpt(message).replaceFirst("^: ", "") + ")";
    }
}
