package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailuresTest {

    private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");

    private final Failures failures = new Failures(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({
        "Retry-After,7,7",
        "retry-after,'Mon, 05 Jan 2026 08:00:30 GMT',30",
        "Retry-After,1.5,1",
        "Retry-After,99999999999,3600",
        "X-RateLimit-Reset,1767600045,45",
        "X-RateLimit-Reset,1767599000,0"
    })
    void waitsAsLongAsAThrottlingUpstreamAsks(String header, String value, long seconds) {
        assertThat(throttled(Map.of(header, value))).contains(Duration.ofSeconds(seconds));
    }

    @Test
    void prefersRetryAfterAndMakesNothingOfWhatIsNoTime() {
        assertThat(throttled(Map.of("Retry-After", "3", "X-RateLimit-Reset", "1767600045")))
                .contains(Duration.ofSeconds(3));
        assertThat(throttled(Map.of("X-RateLimit-Reset", "45"))).isEmpty();
        assertThat(throttled(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"28P01,AUTH", "08001,TRANSIENT", "40001,TRANSIENT", "57P03,TRANSIENT", "42P01,SCHEMA", "22001,SCHEMA"})
    void tellsByItsClassWhatAnUpstreamsDatabaseRefuses(String state, ErrorClass expected) {
        RuntimeException wrapped = new IllegalStateException(new SQLException("refused", state));

        assertThat(failures.pulling(wrapped).errorClass()).isEqualTo(expected);
        // What Syncline's own database refuses, after the page was pulled, is no fault of the upstream's.
        assertThat(failures.classify(wrapped).errorClass()).isEqualTo(ErrorClass.BUG);
    }

    private Optional<Duration> throttled(Map<String, String> headers) {
        SyncFailure failure = failures.pulling(new HttpOperationFailedException(
                "http://upstream", 429, "Too Many Requests", null, headers, "slow down"));
        assertThat(failure).isInstanceOf(SyncFailure.Throttled.class);
        return ((SyncFailure.Throttled) failure).retryAfter();
    }
}
