package io.syncline.management;

import io.syncline.storage.Database;

final class JobsApiOnPostgresqlTest extends JobsApi {

    JobsApiOnPostgresqlTest() {
        super(Database.Dialect.POSTGRESQL);
    }
}
