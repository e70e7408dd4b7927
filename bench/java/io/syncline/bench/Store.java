package io.syncline.bench;

import io.syncline.storage.Database;
import java.util.Locale;

/** One of the two databases under measurement. */
record Store(Kind kind, String url, String user, String password) {

    enum Kind {
        SQLITE("SQLite"),
        POSTGRESQL("PostgreSQL");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** For the table. */
        String title() {
            return title;
        }

        /** For the command line. */
        String word() {
            return title.toLowerCase(Locale.ROOT);
        }
    }

    Database open() {
        return Database.open(url, user, password);
    }
}
