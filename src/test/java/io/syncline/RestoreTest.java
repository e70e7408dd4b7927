package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.CursorException;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.changelog.View;
import io.syncline.storage.Database;
import io.syncline.storage.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that was taken while changes were appended, restored, and begun anew by the command. */
final class RestoreTest {

    private static final FeedQuery FEED = new FeedQuery("changes", Set.of(), Optional.empty());
    private static final View VIEW = new View("reader", true, Set.of());

    @TempDir
    private Path folder;

    @Test
    void beginsAnewOnABackupOfSqliteThatWasTakenWhileItRan() throws Exception {
        Path restored = Files.createDirectories(folder.resolve("restored"));
        Settings backup = settings(Map.of("syncline.data", restored.toString()));

        provesThat(settings(Map.of("syncline.data", folder.resolve("data").toString())), backup, () -> {
            try (Connection connection =
                            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/syncline.db"));
                    Statement statement = connection.createStatement()) {
                statement.execute("VACUUM INTO '" + restored.resolve("syncline.db") + "'");
            }
        });
    }

    @Test
    void beginsAnewOnABackupOfPostgresql() throws Exception {
        String url = PostgresServer.freshDatabase();
        String copy = url + "_copy";
        Map<String, String> as = Map.of(
                "syncline.db.user", PostgresServer.USER,
                "syncline.db.password", PostgresServer.PASSWORD,
                "syncline.data", folder.toString());
        Map<String, String> original = new HashMap<>(as);
        original.put("syncline.db.url", url);
        Map<String, String> restored = new HashMap<>(as);
        restored.put("syncline.db.url", copy);

        provesThat(settings(original), settings(restored), () -> PostgresServer.copy(url, copy));
    }

    @Test
    void saysThatTheDatabaseIsInUse() {
        Settings settings = settings(Map.of("syncline.data", folder.toString()));
        try (Database held = open(settings)) {
            assertThat(held.dialect()).isEqualTo(Database.Dialect.SQLITE);
            assertThat(NewGenerationCommand.run(settings)).isEqualTo(NewGenerationCommand.FAILED);
        }
    }

    private interface Backup {
        void take() throws Exception;
    }

    private static void provesThat(Settings original, Settings restored, Backup backup) throws Exception {
        boolean meanwhile;
        try (Database database = open(original);
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.append(page(1, 50));
            // PostgreSQL lets nobody copy a database that is in use but by tools that do not come with the tests.
            meanwhile = database.dialect() == Database.Dialect.SQLITE;
            if (meanwhile) {
                takeWhileAppending(changelog, backup);
            }
        }
        if (!meanwhile) {
            backup.take();
        }
        String old;
        try (Database database = open(original);
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.append(page(5_000, 10));
            old = changelog.read(VIEW, FEED, Optional.empty(), 1_000).cursor();
        }

        assertThat(NewGenerationCommand.run(restored)).isEqualTo(NewGenerationCommand.DONE);

        try (Database database = open(restored);
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            changelog.append(page(10_000, 10));
            assertThatThrownBy(() -> changelog.read(VIEW, FEED, Optional.of(old), 100))
                    .isInstanceOfSatisfying(CursorException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(CursorException.Reason.EXPIRED));
            FeedPage whole = changelog.read(VIEW, FEED, Optional.empty(), 1_000);
            assertThat(whole.changes()).hasSizeGreaterThanOrEqualTo(60).hasSize((int) changelog.head());
            assertThat(changelog
                            .read(VIEW, FEED, Optional.of(whole.cursor()), 100)
                            .changes())
                    .isEmpty();
        }
    }

    private static void takeWhileAppending(Changelog changelog, Backup backup) throws Exception {
        AtomicBoolean taken = new AtomicBoolean();
        Thread appending = new Thread(() -> {
            for (int at = 100; at < 900 && !taken.get(); at += 10) {
                changelog.append(page(at, 10));
            }
        });
        appending.start();
        backup.take();
        taken.set(true);
        appending.join();
    }

    private static Page page(int first, int count) {
        List<Observed> projects = IntStream.range(first, first + count)
                .<Observed>mapToObj(RestoreTest::project)
                .toList();
        return new Page("acme", "projects", 1, Optional.empty(), projects, List.of(), Optional.empty());
    }

    private static Observed project(int number) {
        try {
            return new Observed.Present(
                    "Project",
                    "p" + number,
                    Snapshot.of(new JsonMapper().readTree("{\"id\":\"p" + number + "\"}")),
                    Optional.empty(),
                    OptionalLong.empty(),
                    false,
                    Optional.empty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Settings settings(Map<String, String> properties) {
        return Settings.of(properties);
    }

    private static Database open(Settings settings) {
        return Database.open(
                settings.database().url(),
                settings.database().user(),
                settings.database().password().value());
    }
}
