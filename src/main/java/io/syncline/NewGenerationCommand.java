package io.syncline;

import io.syncline.changelog.Changelog;
import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code new-generation}: makes all cursors given out so far expire, for a database that was restored from a backup. To be run before the first
 * start on it.
 */
final class NewGenerationCommand {

    static final String NAME = "new-generation";

    static final int DONE = 0;
    static final int FAILED = 1;

    private static final Logger SAID = LoggerFactory.getLogger("io.syncline.check.said");

    private NewGenerationCommand() {}

    /** Runs the command on the database of the settings and tells the exit code. */
    static int run() {
        try {
            return run(Settings.load());
        } catch (SettingsException unusable) {
            SAID.error("{}", unusable.getMessage());
            return FAILED;
        }
    }

    static int run(Settings settings) {
        try (Database database = Database.open(
                        settings.database().url(),
                        settings.database().user(),
                        settings.database().password().value());
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.startNewGeneration();
            SAID.info(
                    "A new generation of the changelog has begun at {}: every cursor given out before is answered as expired, and its"
                            + " consumer reads anew.",
                    changelog.head());
            return DONE;
        } catch (DatabaseException unusable) {
            SAID.error("{}", unusable.getMessage());
            return FAILED;
        }
    }
}
