package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static io.syncline.changelog.ChangelogFixture.drain;
import static io.syncline.changelog.ChangelogFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.PostgresServer;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A changelog that was written before changes carried their entity's number goes on as if nothing had been. */
class EntityNumbersMigrationTest {

    private static final int PAGES = 6;
    /** Compaction has been that far: of what these changes superseded, nothing is left. */
    private static final int COMPACTED_TO = 300;

    @TempDir
    Path folder;

    private final ReferenceChangelog expected = new ReferenceChangelog();

    /** What the old table of entities knows of one. */
    private static final class Entity {
        long first;
        Change newest;
    }

    private final Map<String, Entity> entities = new HashMap<>();

    @ParameterizedTest
    @EnumSource
    void goesOnWithEveryEntity(Database.Dialect dialect) throws SQLException {
        TestDatabase old = dialect == Database.Dialect.SQLITE
                ? TestDatabase.sqlite(folder)
                : new TestDatabase(PostgresServer.freshDatabase(), PostgresServer.USER, PostgresServer.PASSWORD);
        for (int page = 0; page < PAGES; page++) {
            expected.append(CrashSource.page(page), 0);
        }
        write(old);

        try (Database database = old.open();
                Changelog changelog = ChangelogFixture.open(database, Clock.systemUTC())) {
            String end =
                    drain(changelog, EVERYTHING, ALL, Optional.empty(), 500).cursor();
            Appended again = changelog.append(new Page(
                    CrashSource.INTEGRATION,
                    CrashSource.STREAM,
                    1,
                    Optional.empty(),
                    presentState(),
                    List.of(),
                    Optional.empty()));
            assertThat(again.unchanged()).isEqualTo(entities.size()).isGreaterThan(200);
            assertThat(changelog.head()).isEqualTo(expected.changes().size());

            int before = expected.changes().size();
            for (int page = PAGES; page < 2 * PAGES; page++) {
                changelog.append(CrashSource.page(page));
                expected.append(CrashSource.page(page), 0);
            }
            assertThat(texts(drain(changelog, EVERYTHING, ALL, Optional.of(end), 500)
                            .changes()))
                    .isEqualTo(texts(expected.changes()).skip(before).toList());
            assertThat(changesOfAnotherEntity(database)).isZero();
            assertThat(changelog.livingCount(CrashSource.INTEGRATION))
                    .isEqualTo(expected.count(Operation.CREATED) - expected.count(Operation.DELETED));
        }
    }

    private List<Observed> presentState() {
        List<Observed> all = new ArrayList<>();
        entities.values().forEach(entity -> {
            Change newest = entity.newest;
            all.add(newest.data()
                    .<Observed>map(data -> ChangelogFixture.present(
                            newest.entityType(),
                            newest.entityId(),
                            ChangelogFixture.json(text(data)).get("name").textValue()))
                    .orElseGet(() -> ChangelogFixture.gone(newest.entityType(), newest.entityId())));
        });
        return all;
    }

    private static String text(byte[] data) {
        return new String(data, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static long changesOfAnotherEntity(Database database) throws SQLException {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT count(*) FROM change c LEFT JOIN entity e ON e.first_seq = c.entity_no"
                                + " AND e.collection_no = c.collection_no AND e.entity_id = c.entity_id WHERE e.first_seq IS NULL");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** As the version before wrote it. */
    private void write(TestDatabase old) throws SQLException {
        String dialect = old.url().startsWith("jdbc:sqlite:") ? "sqlite" : "postgresql";
        Flyway.configure()
                .dataSource(old.url(), old.user(), old.password())
                .locations("classpath:db/" + dialect)
                .target("7")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(old.url(), old.user(), old.password())) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO integration (id, fence) VALUES ('" + CrashSource.INTEGRATION + "', 1)");
            execute(connection, "INSERT INTO collection (integration_no, entity_type) VALUES (1, 'Form')");
            execute(connection, "INSERT INTO collection (integration_no, entity_type) VALUES (1, 'Point')");
            for (Change change : expected.changes()) {
                write(connection, change);
            }
            execute(
                    connection,
                    "DELETE FROM change WHERE seq IN (SELECT previous_seq FROM change WHERE seq <= " + COMPACTED_TO
                            + ")");
            execute(connection, "UPDATE change SET previous_seq = 0 WHERE seq <= " + COMPACTED_TO);
            execute(connection, "UPDATE cursor_state SET compacted_to = " + COMPACTED_TO);
            long head = expected.changes().size();
            execute(connection, "UPDATE changelog SET head = " + head);
            execute(connection, "INSERT INTO append VALUES (" + head + ", 0, 1, 'forms', NULL)");
            for (Entity entity : entities.values()) {
                write(connection, entity);
            }
            connection.commit();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private void write(Connection connection, Change change) throws SQLException {
        Entity entity = entities.computeIfAbsent(change.entityType() + "/" + change.entityId(), key -> new Entity());
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, data)"
                        + " VALUES (?, ?, ?, ?, ?, 0, ?)")) {
            statement.setLong(1, change.sequenceVersion());
            statement.setInt(2, collection(change));
            statement.setString(3, change.entityId());
            statement.setInt(4, change.operation().code());
            statement.setLong(5, entity.newest == null ? 0 : entity.newest.sequenceVersion());
            statement.setString(
                    6, change.data().map(EntityNumbersMigrationTest::text).orElse(null));
            statement.executeUpdate();
        }
        entity.first = entity.newest == null ? change.sequenceVersion() : entity.first;
        entity.newest = change;
    }

    private static void write(Connection connection, Entity entity) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO entity (collection_no, entity_id, seq, first_seq, digest, partial) VALUES (?, ?, ?, ?, ?, ?)")) {
            statement.setInt(1, collection(entity.newest));
            statement.setString(2, entity.newest.entityId());
            statement.setLong(3, entity.newest.sequenceVersion());
            statement.setLong(4, entity.first);
            statement.setBytes(
                    5,
                    entity.newest
                            .data()
                            .map(data -> Arrays.copyOf(Sha256.fresh().digest(data), 16))
                            .orElse(null));
            statement.setBoolean(6, false);
            statement.executeUpdate();
        }
    }

    private static int collection(Change change) {
        return change.entityType().equals("Form") ? 1 : 2;
    }
}
