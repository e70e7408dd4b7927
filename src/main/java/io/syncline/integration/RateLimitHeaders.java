package io.syncline.integration;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * What an answer tells of its upstream's limit of requests, in any of the headers in use: {@code X-RateLimit-Remaining} and {@code -Reset},
 * {@code RateLimit-Remaining}, {@code RateLimit} and {@code Retry-After}.
 *
 * @param remaining requests that are left
 * @param reset when there are more
 */
record RateLimitHeaders(long remaining, Instant reset, Optional<Long> limit) {

    private static final Duration LONGEST = Duration.ofHours(1);
    /** Where an upstream tells what is left, but not until when. */
    private static final Duration USUAL = Duration.ofMinutes(1);

    private static final long FIRST_EPOCH_SECOND = 1_000_000_000L;
    private static final long FIRST_EPOCH_MILLI = 1_000_000_000_000L;
    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,18})(?:\\.\\d+)?\\s*(?:[,;].*)?");
    private static final Pattern REMAINING = Pattern.compile("\\b(?:r|remaining)\\s*=\\s*(\\d{1,15})");
    private static final Pattern RESET = Pattern.compile("\\b(?:t|reset)\\s*=\\s*(\\d{1,15})");
    private static final Pattern LIMIT = Pattern.compile("\\b(?:q|limit)\\s*=\\s*(\\d{1,15})");

    /** Empty where an answer tells nothing. */
    static Optional<RateLimitHeaders> read(HttpResponse response, Instant now) {
        Optional<Long> remaining = number(
                        response, "X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining")
                .or(() -> structured(response, REMAINING));
        Optional<Instant> reset = number(response, "X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset")
                .or(() -> structured(response, RESET))
                .map(value -> reset(value, response, now));
        Optional<Long> limit = number(response, "X-RateLimit-Limit", "RateLimit-Limit", "X-Rate-Limit-Limit")
                .or(() -> structured(response, LIMIT));
        Optional<Instant> retry = response.getCode() == 429 || response.getCode() == 503
                ? text(response, "Retry-After").flatMap(value -> retryAfter(value, now))
                : Optional.empty();
        if (retry.isPresent()) {
            return Optional.of(new RateLimitHeaders(0, bounded(retry.get(), now), limit));
        }
        if (remaining.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new RateLimitHeaders(remaining.get(), bounded(reset.orElseGet(() -> now.plus(USUAL)), now), limit));
    }

    /** Seconds from now, or seconds or milliseconds since the epoch by the upstream's clock. */
    private static Instant reset(long value, HttpResponse response, Instant now) {
        if (value < FIRST_EPOCH_SECOND) {
            return now.plusSeconds(value);
        }
        Instant at = value < FIRST_EPOCH_MILLI ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value);
        Duration behind = text(response, "Date")
                .flatMap(RateLimitHeaders::date)
                .map(theirs -> Duration.between(theirs, now))
                // The header has whole seconds.
                .filter(difference -> difference.abs().compareTo(Duration.ofSeconds(2)) > 0)
                .orElse(Duration.ZERO);
        return at.plus(behind);
    }

    /** When the header {@code Retry-After} says, at most an hour of seconds from now; empty where it says nothing that can be read. */
    static Optional<Instant> retryAfter(String value, Instant now) {
        Matcher seconds = NUMBER.matcher(value);
        return seconds.matches()
                ? Optional.of(now.plusSeconds(Math.min(LONGEST.toSeconds(), Long.parseLong(seconds.group(1)))))
                : date(value);
    }

    private static Optional<Instant> date(String value) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.strip())));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    private static Instant bounded(Instant reset, Instant now) {
        Instant latest = now.plus(LONGEST);
        return reset.isAfter(latest) ? latest : reset;
    }

    private static Optional<Long> number(HttpResponse response, String... names) {
        for (String name : names) {
            Optional<Long> number = text(response, name)
                    .map(NUMBER::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> Long.valueOf(matcher.group(1)));
            if (number.isPresent()) {
                return number;
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> structured(HttpResponse response, Pattern part) {
        return text(response, "RateLimit")
                .map(part::matcher)
                .filter(Matcher::find)
                .map(matcher -> Long.valueOf(matcher.group(1)));
    }

    private static Optional<String> text(HttpResponse response, String name) {
        return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
    }
}
