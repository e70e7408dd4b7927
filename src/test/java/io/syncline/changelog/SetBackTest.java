package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A PostgreSQL server takes over that has not heard of the last commits. */
class SetBackTest {

    private final CountDownLatch setBack = new CountDownLatch(1);

    @Test
    void letsEveryCursorExpireThatMayTellOfWhatIsLost() throws Exception {
        try (Database database = TestDatabase.postgresql().open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.onSetBack(setBack::countDown);
            changelog.append(
                    ChangelogFixture.page("acme", ChangelogFixture.form("1", "a"), ChangelogFixture.form("2", "b")));
            String cursor = cursor(changelog, Optional.empty());
            assertThat(cursor(changelog, Optional.of(cursor))).isNotEmpty();

            take(database, "UPDATE changelog SET head = head - 1");

            assertThat(setBack.await(30, TimeUnit.SECONDS)).isTrue();
            CursorException refused =
                    catchThrowableOfType(CursorException.class, () -> cursor(changelog, Optional.of(cursor)));
            assertThat(refused.reason()).isEqualTo(CursorException.Reason.EXPIRED);
        }
    }

    @Test
    void takesNoLostConnectionForIt() throws Exception {
        TestDatabase test = TestDatabase.postgresql();
        try (Database database = test.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.onSetBack(setBack::countDown);
            changelog.append(ChangelogFixture.page("acme", ChangelogFixture.form("1", "a")));
            String cursor = cursor(changelog, Optional.empty());

            take(database, "SELECT 1");
            // Heard of by the connection that takes the place of the lost one.
            try (Database again = test.open();
                    Changelog other = Changelog.open(again, Clock.systemUTC())) {
                other.append(ChangelogFixture.page("acme", ChangelogFixture.form("2", "b")));
            }
            while (changelog.head() < 2) {
                assertThat(setBack.await(20, TimeUnit.MILLISECONDS)).isFalse();
            }

            assertThat(changelog
                            .read(ChangelogFixture.EVERYTHING, ChangelogFixture.ALL, Optional.of(cursor), 10)
                            .changes())
                    .hasSize(1);
        }
    }

    private static String cursor(Changelog changelog, Optional<String> from) {
        return changelog
                .read(ChangelogFixture.EVERYTHING, ChangelogFixture.ALL, from, 10)
                .cursor();
    }

    /** Does that, and breaks off all connections of the others, as the end of a server does. */
    private static void take(Database database, String statement) throws SQLException {
        try (Connection connection = database.dedicatedConnection();
                Statement change = connection.createStatement()) {
            change.execute(statement);
            change.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }
    }
}
