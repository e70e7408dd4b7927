package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which job a turn takes up, on both databases. */
@ParameterizedClass
@EnumSource(Database.Dialect.class)
final class LeasesTest {

    @Parameter
    Database.Dialect dialect;

    private JobRows rows;
    private Leases leases;

    @BeforeEach
    void open() {
        rows = new JobRows(SharedDatabase.empty(dialect));
        leases = Leases.open(rows, dialect, Clock.systemUTC());
    }

    @Test
    void makesAJobForATurnByTheSchedule() {
        assertThat(leases.begin("acme", true, 0)).isPresent();
    }

    @Test
    void makesNoJobForATurnThatWasAskedForAJobThatHasEnded() {
        assertThat(leases.begin("acme", false, 0)).isEmpty();
        assertThat(leases.waiting()).isEmpty();
    }

    @Test
    void takesUpWhatWaitsInATurnThatIsNotByTheSchedule() {
        String waiting = rows.jdbi()
                .inTransaction(handle -> rows.create(
                        handle, rows.lock(handle, "acme"), JobType.FULL, true, JobOptions.NONE, 1_700_000_000_000L));

        assertThat(leases.begin("acme", false, 0))
                .hasValueSatisfying(lease -> assertThat(lease.jobId()).isEqualTo(waiting));
    }

    @Test
    void lendsAnIntegrationToOneJobAtATime() {
        assertThat(leases.begin("acme", true, 0)).isPresent();

        assertThat(leases.begin("acme", true, 0)).isEmpty();
        assertThat(leases.begin("other", true, 0)).isPresent();
    }
}
