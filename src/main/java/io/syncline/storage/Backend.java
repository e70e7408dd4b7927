package io.syncline.storage;

import com.zaxxer.hikari.HikariConfig;
import javax.sql.DataSource;

/** What differs between the two databases in opening them. */
interface Backend extends AutoCloseable {

    Database.Dialect dialect();

    /** For error messages: which database this is, without the password. */
    String describe();

    DataSource migrator();

    HikariConfig writerPool();

    HikariConfig readerPool();

    DataSource dedicated();

    @Override
    void close();
}
