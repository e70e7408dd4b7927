package io.syncline.management;

import io.syncline.storage.Database;

final class JobsApiOnSqliteTest extends JobsApi {

    JobsApiOnSqliteTest() {
        super(Database.Dialect.SQLITE);
    }
}
