package io.syncline.changelog;

import io.syncline.storage.TestDatabase;

class PostgresChangelogTest extends ChangelogContract {

    @Override
    TestDatabase testDatabase() {
        return TestDatabase.postgresql();
    }
}
