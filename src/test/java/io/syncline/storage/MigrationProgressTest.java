package io.syncline.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told while a database is migrated. */
class MigrationProgressTest {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void tellsOfEachVersion(@TempDir Path folder) {
        FluentConfiguration flyway = Flyway.configure()
                .dataSource("jdbc:sqlite:" + folder.resolve("old.db"), "", "")
                .locations("classpath:db/sqlite");
        flyway.target("7").load().migrate();

        try (MigrationProgress progress = new MigrationProgress("the file", Duration.ofDays(1), told::add)) {
            flyway.target("23").callbacks(progress).load().migrate();
        }

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).startsWith("Migrating the file to version 20, entity numbers.");
        assertThat(told.get(1)).startsWith("Migrating the file to version 23, failing record.");
    }

    @Test
    void tellsThatItGoesOn() throws InterruptedException {
        CountDownLatch still = new CountDownLatch(3);
        try (MigrationProgress progress = new MigrationProgress("the file", Duration.ofMillis(1), line -> {
            told.add(line);
            still.countDown();
        })) {
            progress.began("20, entity numbers");

            assertThat(still.await(30, TimeUnit.SECONDS)).isTrue();
            progress.ended();
        }
        assertThat(told.get(1)).isEqualTo("Still migrating to version 20, entity numbers, for 0 s so far");
    }
}
