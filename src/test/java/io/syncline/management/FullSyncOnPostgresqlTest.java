package io.syncline.management;

import io.syncline.storage.Database;

final class FullSyncOnPostgresqlTest extends FullSync {

    FullSyncOnPostgresqlTest() {
        super(Database.Dialect.POSTGRESQL);
    }
}
