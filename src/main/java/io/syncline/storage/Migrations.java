package io.syncline.storage;

import java.time.Duration;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schema's migrations, one folder a dialect. */
final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    private final Database.Dialect dialect;
    private final String database;

    Migrations(Database.Dialect dialect, String database) {
        this.dialect = dialect;
        this.database = database;
    }

    void run(DataSource source) {
        String folder =
                switch (dialect) {
                    case SQLITE -> "sqlite";
                    case POSTGRESQL -> "postgresql";
                };
        try (MigrationProgress progress = new MigrationProgress(database, TELL_EVERY, LOG::info)) {
            FluentConfiguration configuration = Flyway.configure()
                    .loggers("slf4j")
                    .dataSource(source)
                    .locations("classpath:db/" + folder)
                    .failOnMissingLocations(true);
            Flyway flyway = configuration.load();
            MigrationInfo[] applied = flyway.info().applied();
            refuseNewer(applied);
            // A database that is only being made is made at once.
            (applied.length == 0 ? flyway : configuration.callbacks(progress).load()).migrate();
        } catch (FlywayException e) {
            String reason = SqliteBackend.advice(e)
                    .map(advice -> Database.rootMessage(e) + ". " + advice)
                    .orElseGet(e::getMessage);
            throw new DatabaseException("Cannot migrate " + database + ": " + reason, e);
        }
    }

    private void refuseNewer(MigrationInfo[] applied) {
        boolean newer = Arrays.stream(applied)
                .map(MigrationInfo::getState)
                .anyMatch(state -> state.isApplied() && !state.isResolved());
        if (newer) {
            throw new DatabaseException(
                    database
                            + " was written by a newer version of Syncline: start that version, or restore a backup from before the"
                            + " upgrade",
                    null);
        }
    }
}
