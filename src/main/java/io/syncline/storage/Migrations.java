package io.syncline.storage;

import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/** The schema's migrations, one folder a dialect. */
final class Migrations {

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
        try {
            Flyway flyway = Flyway.configure()
                    .loggers("slf4j")
                    .dataSource(source)
                    .locations("classpath:db/" + folder)
                    .failOnMissingLocations(true)
                    .load();
            refuseNewer(flyway);
            flyway.migrate();
        } catch (FlywayException e) {
            throw new DatabaseException("Cannot migrate " + database + ": " + e.getMessage(), e);
        }
    }

    private void refuseNewer(Flyway flyway) {
        boolean newer = Arrays.stream(flyway.info().applied())
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
