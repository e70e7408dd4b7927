package io.syncline.management;

import io.syncline.storage.Database;

final class FullSyncOnSqliteTest extends FullSync {

    FullSyncOnSqliteTest() {
        super(Database.Dialect.SQLITE);
    }
}
