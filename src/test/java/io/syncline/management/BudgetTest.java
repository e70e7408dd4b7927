package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.Waiting;
import io.syncline.storage.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upstream that counts requests by credential and refuses what is too much. */
final class BudgetTest extends WithUpstream {

    private static final int LIMIT = 6;
    private static final long SPAN_NANOS = Duration.ofSeconds(2).toNanos();

    /** How an upstream tells of its limit. */
    enum Dialect {
        X_RATE_LIMIT {
            @Override
            Map<String, String> headers(long left, long millis) {
                return Map.of(
                        "X-RateLimit-Limit", "" + LIMIT,
                        "X-RateLimit-Remaining", "" + left,
                        "X-RateLimit-Reset", "" + (System.currentTimeMillis() + millis));
            }
        },
        RATE_LIMIT {
            @Override
            Map<String, String> headers(long left, long millis) {
                return Map.of("RateLimit", "\"default\";r=" + left + ";t=" + (millis + 999) / 1_000);
            }
        };

        abstract Map<String, String> headers(long left, long millis);
    }

    /** Requests of one credential in spans of time. */
    private static final class Counter {

        private final Dialect dialect;
        private final AtomicInteger refused = new AtomicInteger();
        private long span = System.nanoTime();
        private int inSpan;

        Counter(Dialect dialect) {
            this.dialect = dialect;
        }

        synchronized Answer answer(String body) {
            long now = System.nanoTime();
            if (now - span >= SPAN_NANOS) {
                span = now;
                inSpan = 0;
            }
            inSpan++;
            long millis = (SPAN_NANOS - (now - span)) / 1_000_000 + 1;
            if (inSpan > LIMIT) {
                refused.incrementAndGet();
                return new Answer(429, Map.of("Retry-After", "2"), "");
            }
            Map<String, String> headers = new HashMap<>(dialect.headers(LIMIT - inSpan, millis));
            headers.put("Content-Type", "application/json");
            return new Answer(200, headers, body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isSharedByAllIntegrationsOfACredential(Dialect dialect) {
        Counter counter = new Counter(dialect);
        List<String> ids = List.of("a", "b", "c", "d");
        for (String id : ids) {
            // More pages than a span allows, and always one more.
            integrate(
                    id,
                    asked -> counter.answer("{\"data\":{\"projectSync\":{\"changes\":[],\"cursor\":\"" + asked.number()
                            + "\",\"hasMore\":" + (asked.number() % 5 != 0) + "}}}"));
        }
        start(Database.Dialect.SQLITE);

        List<String> jobs =
                ids.stream().map(id -> hub.startJob(id, "full_sync", null)).toList();
        Waiting.until("a job that waits for its budget", () -> jobs.stream()
                .map(job -> hub.job(job).path("stage").asText())
                .filter("waiting_for_budget"::equals)
                .findFirst());
        jobs.forEach(job -> assertThat(
                        hub.await(job, "completed", "failed").path("status").asText())
                .isEqualTo("completed"));

        assertThat(ids.stream().mapToInt(id -> upstream.asked(id).size()).sum()).isEqualTo(20);
        assertThat(counter.refused.get()).isZero();
    }
}
