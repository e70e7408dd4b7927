package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.KillablePostgres;
import io.syncline.storage.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills an appending process again and again, and after each time compares all there is with what the pages up to the checkpoint must
 * have made. Few entities are new to memory before they are put into their tree, so many a kill meets that. How often is set by {@code -Dsyncline.test.kills}.
 */
class CrashTest {

    private static final int KILLS = Integer.getInteger("syncline.test.kills", 10);
    private static final int NEVER = 1_000_000;

    @TempDir
    Path folder;

    private final Random random = new Random();
    private final ReferenceChangelog expected = new ReferenceChangelog();
    private int pagesExpected;

    @ParameterizedTest
    @EnumSource
    void losesAndDoublesNothingWhenKilledWhileAppending(Database.Dialect dialect) throws Exception {
        TestDatabase database = TestDatabase.of(dialect, folder);
        addJob(database);
        for (int kill = 0; kill < KILLS; kill++) {
            // Through its handle, which leaves its output open: what it said before it died is in the pipe still.
            int confirmed = interrupt(database, process -> process.toHandle().destroyForcibly());
            awaitNobodyWriting(database);
            check(database, confirmed);
        }
        finish(database);
    }

    @Test
    void losesAndDoublesNothingWhenPostgresItselfIsKilled() throws Exception {
        try (KillablePostgres server = new KillablePostgres(folder)) {
            addJob(server.database());
            for (int kill = 0; kill < Math.max(1, KILLS / 4); kill++) {
                int confirmed = interrupt(server.database(), process -> server.killAndRestart());
                check(server.database(), confirmed);
            }
            finish(server.database());
        }
    }

    private void finish(TestDatabase database) throws IOException, InterruptedException {
        Process last = start(database, pagesExpected + 3, ProcessBuilder.Redirect.INHERIT);
        assertThat(lastLine(last)).isEqualTo(CrashingAppender.APPENDED + (pagesExpected + 2));
        assertThat(last.waitFor()).isZero();
        check(database, pagesExpected + 2);
    }

    private interface Interruption {
        void of(Process appending) throws IOException, InterruptedException;
    }

    /** Lets a process append, strikes, and tells the last page of which the process had said that it is appended. */
    private int interrupt(TestDatabase database, Interruption interruption) throws IOException, InterruptedException {
        Process process = start(database, NEVER, ProcessBuilder.Redirect.DISCARD);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int confirmed = nextConfirmed(lines);
            assertThat(confirmed).as("a page appended").isNotNegative();
            int pages = random.nextInt(20);
            for (int i = 0; i < pages; i++) {
                confirmed = nextConfirmed(lines);
            }
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            interruption.of(process);
            for (int next = nextConfirmed(lines); next >= 0; next = nextConfirmed(lines)) {
                confirmed = next;
            }
            process.waitFor();
            return confirmed;
        }
    }

    /** The number of the next page that the process says is appended, passing over what it logs; −1 at the end. */
    private static int nextConfirmed(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(CrashingAppender.APPENDED)) {
            line = lines.readLine();
        }
        return line == null ? -1 : Integer.parseInt(line.substring(CrashingAppender.APPENDED.length()));
    }

    private static Process start(TestDatabase database, int last, ProcessBuilder.Redirect errors) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingAppender.class.getName(),
                        database.url(),
                        database.user(),
                        database.password(),
                        Integer.toString(last))
                .redirectError(errors)
                .start();
    }

    private static String lastLine(Process process) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines().reduce((first, second) -> second).orElse("");
        }
    }

    /** The server may be finishing what a killed client sent. */
    private static void awaitNobodyWriting(TestDatabase database) throws SQLException {
        if (!database.url().startsWith("jdbc:postgresql:")) {
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                PreparedStatement others = connection.prepareStatement("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()")) {
            while (count(others) > 0) {
                assertThat(System.nanoTime()).as("waiting for the server").isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    private static long count(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void addJob(TestDatabase testDatabase) {
        try (Database database = testDatabase.open()) {
            database.jdbi().useHandle(handle -> {
                handle.execute("INSERT INTO integration (id) VALUES (?)", CrashSource.INTEGRATION);
                handle.execute(
                        "INSERT INTO job (id, integration_no, type, status, created_at)"
                                + " SELECT ?, no, 'full', 'running', 0 FROM integration",
                        CrashSource.JOB);
            });
        }
    }

    private void check(TestDatabase testDatabase, int confirmed) {
        try (Database database = testDatabase.open();
                Changelog changelog = ChangelogFixture.open(database, Clock.systemUTC())) {
            int pages = changelog
                    .checkpoint(CrashSource.INTEGRATION, CrashSource.STREAM)
                    .map(Integer::parseInt)
                    .orElse(0);
            assertThat(pages).as("pages kept").isBetween(confirmed + 1, confirmed + 2);
            while (pagesExpected < pages) {
                expected.append(CrashSource.page(pagesExpected++), 0);
            }
            checkFeeds(changelog);
            checkProgress(database, pages);
        }
    }

    private void checkFeeds(Changelog changelog) {
        List<String> all = texts(expected.changes()).toList();
        assertThat(changelog.head()).isEqualTo(all.size());
        assertThat(texts(
                        drain(changelog, EVERYTHING, ALL, Optional.empty(), 500).changes()))
                .isEqualTo(all);
        FeedQuery points = new FeedQuery("points", Set.of("Point"), Optional.empty());
        assertThat(texts(drain(changelog, EVERYTHING, points, Optional.empty(), 500)
                        .changes()))
                .isEqualTo(texts(expected.changes())
                        .filter(text -> text.contains("/Point/"))
                        .toList());
    }

    private void checkProgress(Database database, int pages) {
        assertThat(numbers(database, "SELECT processed, created, updated, deleted FROM job"))
                .containsExactly(
                        pages * (long) CrashSource.page(0).observed().size(),
                        (long) expected.count(Operation.CREATED),
                        (long) expected.count(Operation.UPDATED),
                        (long) expected.count(Operation.DELETED));
        assertThat(numbers(
                        database,
                        "SELECT count(*), coalesce(sum(CASE WHEN e.seq = newest.seq THEN 1 ELSE 0 END), 0),"
                                + " (SELECT count(*) FROM (SELECT DISTINCT collection_no, entity_id FROM change) known),"
                                + " (SELECT count(*) FROM change WHERE seq > (SELECT max(last_seq) FROM append)),"
                                + " (SELECT count(*) FROM change c LEFT JOIN entity e ON e.first_seq = c.entity_no AND"
                                + " e.collection_no = c.collection_no AND e.entity_id = c.entity_id"
                                + " WHERE e.first_seq IS NULL) FROM entity e LEFT JOIN"
                                + " (SELECT collection_no, entity_id, max(seq) AS seq FROM change GROUP BY collection_no, entity_id) newest"
                                + " ON newest.collection_no = e.collection_no AND newest.entity_id = e.entity_id"))
                .satisfies(counts -> {
                    assertThat(counts.get(1))
                            .as("pointers to the newest change")
                            .isEqualTo(counts.get(0));
                    assertThat(counts.get(2)).as("entities with changes").isEqualTo(counts.get(0));
                    assertThat(counts.get(3)).as("changes without an append").isZero();
                    assertThat(counts.get(4))
                            .as("changes without their entity's number")
                            .isZero();
                });
    }

    private static List<Long> numbers(Database database, String sql) {
        return database.jdbi().withHandle(handle -> handle.createQuery(sql)
                .map((row, context) -> {
                    List<Long> numbers = new ArrayList<>();
                    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                        numbers.add(row.getLong(column));
                    }
                    return numbers;
                })
                .one());
    }
}
