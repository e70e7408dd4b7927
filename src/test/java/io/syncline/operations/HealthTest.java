package io.syncline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.operations.IntegrationStatus.Breaker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final TestClock clock = new TestClock();
    private final Instant start = clock.instant();
    private final List<IntegrationStatus> statuses = new ArrayList<>();

    @Test
    void isUpWhileEveryIntegrationIsInStep() {
        statuses.add(Statuses.synced(start));
        clock.pass(Statuses.INTERVAL.multipliedBy(3));

        assertThat(report(true).json()).hasToString("""
                {"status":"UP","database":"UP","integrations":\
                {"acme":{"status":"UP","lastSync":"2026-03-01T12:00:00Z","lagSeconds":30}}}""");
        assertThat(report(true).httpStatus()).isEqualTo(200);
    }

    @Test
    void isDegradedByAnIntegrationThatMissedThreeIntervals() {
        statuses.add(Statuses.synced(start));
        clock.pass(Statuses.INTERVAL.multipliedBy(3).plusSeconds(1));

        assertThat(reason()).isEqualTo("acme: it has not synced for 31 s, its interval is 10 s");
        assertThat(report(true).httpStatus()).isEqualTo(200);
    }

    @Test
    void isDegradedByAnIntegrationThatNeverSyncedAndIsOverdue() {
        statuses.add(Statuses.neverSynced(start));

        assertThat(report(true).status()).isEqualTo(HealthReport.Status.UP);
        clock.pass(Duration.ofSeconds(40));
        assertThat(reason()).isEqualTo("acme: it has not synced yet, for 40 s, its interval is 10 s; a job is running");
    }

    @Test
    void saysWhatKindOfFailureMadeAnIntegrationLate() {
        statuses.add(Statuses.failing(Statuses.synced(start), "schema"));

        assertThat(report(true).status()).isEqualTo(HealthReport.Status.UP);
        clock.pass(Duration.ofSeconds(31));
        assertThat(reason()).endsWith("; its last job failed (schema), the log says more");
    }

    @Test
    void isDegradedByAnOpenBreakerAtOnce() {
        statuses.add(Statuses.withBreaker(Statuses.synced(start), Breaker.OPEN));

        assertThat(reason()).startsWith("acme: its circuit breaker is open");
    }

    @Test
    void isNotDegradedByABreakerThatTriesAgain() {
        statuses.add(Statuses.withBreaker(Statuses.synced(start), Breaker.HALF_OPEN));

        assertThat(report(true).status()).isEqualTo(HealthReport.Status.UP);
    }

    @Test
    void saysWhatTroubleAnIntegrationIsIn() {
        statuses.add(Statuses.inTrouble(Statuses.synced(start), "upstream refuses its token"));

        assertThat(reason()).isEqualTo("acme: upstream refuses its token");
    }

    @Test
    void doesNotExpectADisabledIntegrationToSync() {
        statuses.add(Statuses.disabled(Statuses.inTrouble(Statuses.synced(start), "upstream refuses its token")));
        clock.pass(Duration.ofDays(1));

        assertThat(report(true).json().toString())
                .isEqualTo(
                        "{\"status\":\"UP\",\"database\":\"UP\",\"integrations\":{\"acme\":{\"status\":\"DISABLED\"}}}");
    }

    @Test
    void isDownWhenTheDatabaseDoesNotAnswer() {
        statuses.add(Statuses.synced(start));

        assertThat(report(false).json()).hasToString("""
                {"status":"DOWN","reasons":["the database does not answer"],"database":"DOWN"}""");
        assertThat(report(false).httpStatus()).isEqualTo(503);
    }

    @Test
    void doesNotWaitLongForADatabaseThatHangsNorAsksItAgainMeanwhile() {
        CountDownLatch hanging = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Inquiry<Boolean> database = new Inquiry<>(() -> {
            asked.incrementAndGet();
            hanging.await();
            return true;
        });
        try (database) {
            Health health = new Health(database, () -> statuses, clock);
            assertThat(health.check().status()).isEqualTo(HealthReport.Status.DOWN);
            assertThat(health.check().status()).isEqualTo(HealthReport.Status.DOWN);
            assertThat(asked).hasValue(1);
        }
    }

    private HealthReport report(boolean databaseAnswers) {
        try (Inquiry<Boolean> database = new Inquiry<>(() -> databaseAnswers)) {
            return new Health(database, () -> statuses, clock).check();
        }
    }

    private String reason() {
        HealthReport report = report(true);
        assertThat(report.status()).isEqualTo(HealthReport.Status.DEGRADED);
        return report.json().get("reasons").get(0).asText();
    }
}
