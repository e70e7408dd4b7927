package io.syncline.changelog;

import io.syncline.changelog.ChangelogFixture.SetClock;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the changelog promises it promises on whichever database: each test of a subclass runs on each, emptied before. */
@ParameterizedClass
@EnumSource
abstract class OnBothDatabases {

    @Parameter
    Database.Dialect dialect;

    final SetClock clock = new SetClock();
    Database database;
    Changelog changelog;

    @BeforeEach
    void open() {
        database = SharedDatabase.empty(dialect);
        changelog = opened();
    }

    /** Another changelog over the same database. */
    Changelog opened() {
        return ChangelogFixture.open(database, clock);
    }

    @AfterEach
    void close() {
        changelog.close();
    }

    /** What was in memory is gone, and must be found again in the database. */
    void restart() {
        changelog.close();
        changelog = opened();
    }
}
