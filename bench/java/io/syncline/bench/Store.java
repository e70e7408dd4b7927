package io.syncline.bench;

import io.syncline.storage.Database;
import java.nio.file.Path;

/**
 * One of the two databases under measurement.
 *
 * @param name for the table
 */
record Store(String name, String url, String user, String password) {

    static Store sqlite(Path folder, String file) {
        return new Store("SQLite", "jdbc:sqlite:" + folder.resolve(file), "", "");
    }

    Database open() {
        return Database.open(url, user, password);
    }
}
