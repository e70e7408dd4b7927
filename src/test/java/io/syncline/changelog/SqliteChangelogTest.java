package io.syncline.changelog;

import io.syncline.storage.TestDatabase;

class SqliteChangelogTest extends ChangelogContract {

    @Override
    TestDatabase testDatabase() {
        return TestDatabase.sqlite(folder);
    }
}
