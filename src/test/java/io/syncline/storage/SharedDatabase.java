package io.syncline.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One database of each kind that stays open for the whole run, since opening one takes longer than most tests; emptied for each who
 * asks, so for one test at a time.
 */
public final class SharedDatabase {

    private static final Map<Database.Dialect, Database> OPEN = new EnumMap<>(Database.Dialect.class);

    /** In an order that references allow. */
    private static final List<String> TABLES = List.of(
            "device_revisions",
            "device",
            "schedule",
            "pause",
            "access_audit",
            "access_grant",
            "forgotten_grants",
            "token",
            "lease",
            "job_log",
            "job_seen",
            "job_stream",
            "job",
            "quarantine",
            "checkpoint",
            "append",
            "entity",
            "change",
            "collection",
            "integration");

    private SharedDatabase() {}

    public static synchronized Database empty(Database.Dialect dialect) {
        Database database = OPEN.computeIfAbsent(dialect, SharedDatabase::open);
        database.jdbi().useTransaction(handle -> {
            TABLES.forEach(table -> handle.execute("DELETE FROM " + table));
            if (dialect == Database.Dialect.SQLITE) {
                handle.execute("DELETE FROM entity_by_hash");
                handle.execute("UPDATE entity_index SET indexed_to = 0");
            }
            handle.execute("UPDATE changelog SET head = 0");
            handle.execute("UPDATE cursor_state SET generation = 1, compacted_to = 0, tombstone_horizon = 0");
        });
        return database;
    }

    private static Database open(Database.Dialect dialect) {
        try {
            // What is emptied for each test needs no disk that keeps it.
            Path memory = Path.of("/dev/shm");
            Path folder = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "syncline-test")
                    : Files.createTempDirectory("syncline-test");
            folder.toFile().deleteOnExit();
            for (String file : List.of("syncline.db", "syncline.db-wal", "syncline.db-shm", "syncline.db.lock")) {
                folder.resolve(file).toFile().deleteOnExit();
            }
            return TestDatabase.of(dialect, folder).open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
