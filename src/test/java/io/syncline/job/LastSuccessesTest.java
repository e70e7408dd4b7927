package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.integration.ErrorClass;
import io.syncline.integration.KnownSecrets;
import io.syncline.operations.TestClock;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How long ago integrations were in step, on both databases; several processes share the second. */
@ParameterizedClass
@EnumSource(Database.Dialect.class)
final class LastSuccessesTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    @Parameter
    Database.Dialect dialect;

    private final TestClock clock = new TestClock();
    private final AtomicInteger statements = new AtomicInteger();
    private Database database;
    private JobRows rows;
    private Leases elsewhere;

    @BeforeEach
    void open() {
        database = SharedDatabase.empty(dialect);
        rows = new JobRows(database);
        elsewhere = Leases.open(rows, dialect, clock);
        database.readerJdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                statements.incrementAndGet();
            }
        });
    }

    @AfterEach
    void countNoMore() {
        database.readerJdbi().setSqlLogger(SqlLogger.NOP_SQL_LOGGER);
    }

    @Test
    void areAskedForOnceForAllIntegrations() {
        LastSuccesses successes = new LastSuccesses(rows, dialect, clock);
        for (int asked = 1; asked <= 3; asked++) {
            for (int number = 0; number < 50; number++) {
                assertThat(successes.of("never-" + number)).isEmpty();
            }
            assertThat(statements).hasValue(dialect == Database.Dialect.POSTGRESQL ? asked : 1);
            clock.pass(LONG);
        }
    }

    @Test
    void areKnownFromBeforeTheStart() {
        complete("acme");
        Instant completed = clock.instant();
        clock.pass(LONG);
        assertThat(elsewhere.begin("acme", true, 0)).isPresent();
        assertThat(elsewhere.begin("other", true, 0)).isPresent();

        LastSuccesses successes = new LastSuccesses(rows, dialect, clock);

        assertThat(successes.of("acme")).hasValue(completed);
        assertThat(successes.of("other")).isEmpty();
    }

    @Test
    void areThoseOfOtherProcessesToo() {
        Reports reports = new Reports(new LastSuccesses(rows, dialect, clock), new KnownSecrets(List.of()), clock);
        reports.completed("acme", clock.instant());
        clock.pass(LONG);
        reports.failed("acme", new SyncState.Failure(ErrorClass.SCHEMA, "no list", Optional.empty()), null);
        assertThat(reports.state("acme", false).lastFailure()).isPresent();
        clock.pass(LONG);

        complete("acme");
        Instant completed = clock.instant();
        clock.pass(LONG);

        SyncState state = reports.state("acme", false);
        if (dialect == Database.Dialect.POSTGRESQL) {
            assertThat(state.lastSuccess()).hasValue(completed);
            assertThat(state.lastFailure()).isEmpty();
        } else {
            assertThat(state.lastFailure()).isPresent();
        }
    }

    private void complete(String integrationId) {
        elsewhere.finish(elsewhere.begin(integrationId, true, 0).orElseThrow(), Ending.completed(0));
    }
}
