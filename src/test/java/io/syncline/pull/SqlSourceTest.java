package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.storage.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that pulls any table, on a real PostgreSQL as the upstream. */
final class SqlSourceTest {

    private static final String CUSTOMER = """

            type Customer @entity(type: "customer", scope: "region") {
              id: ID!
              name: String!
              balance: Decimal
              tags: JSON
              active: Boolean
              region: String
              updated_at: DateTime
            }
            """;

    @TempDir
    private Path folder;

    private String url;
    private SyncedData data;

    @BeforeEach
    void createTheTable() throws IOException, SQLException {
        url = PostgresServer.freshDatabase();
        data = new SyncedData(folder.resolve("data"));
        copy(Path.of("routes"), folder.resolve("routes"));
        Files.writeString(
                folder.resolve("routes/sources/sql/entities.graphqls"),
                "\"A time.\"\nscalar DateTime\n\nscalar Decimal\n" + CUSTOMER,
                StandardOpenOption.APPEND);
        execute("CREATE SCHEMA crm");
        execute(
                "CREATE TABLE crm.customers (id BIGINT PRIMARY KEY, name TEXT NOT NULL, balance NUMERIC(12,2), tags JSONB,"
                        + " active BOOLEAN, region TEXT, secret TEXT, removed_on DATE, updated_at TIMESTAMPTZ(6))");
        execute("CREATE INDEX ON crm.customers (updated_at, id)");
        // All of one moment but for the last, so that most pages end between rows of one time.
        execute(
                "INSERT INTO crm.customers SELECT n, 'Customer ' || n, n / 7.0, '{\"vip\": true}', n % 2 = 0, 'r' || n % 3, 'x', NULL,"
                        + " CASE WHEN n <= 1900 THEN TIMESTAMPTZ '2026-01-05 08:00:00.123456+00'"
                        + " ELSE TIMESTAMPTZ '2026-01-05 08:00:00.123457+00' + n * INTERVAL '1 microsecond' END FROM generate_series(1, 2300) n");
    }

    @Test
    void pullsEveryRowAlsoWhereManyShareATimeAndThenWhatChanges() throws Exception {
        try (Syncline syncline = Syncline.start(settings(Map.of(
                "table", "crm.customers",
                "columns", "id, name, balance, tags, active, region, updated_at",
                "deleted-at", "removed_on",
                "entity-type", "customer")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            awaitTheTable();
            JsonNode first = data.entities("crm", "customer").get("1");
            assertThat(first.toString())
                    .isEqualTo(
                            "{\"active\":false,\"balance\":\"0.14\",\"id\":\"1\",\"name\":\"Customer 1\",\"region\":\"r1\","
                                    + "\"tags\":{\"vip\":true},\"updated_at\":\"2026-01-05T08:00:00.123456Z\"}");

            execute("UPDATE crm.customers SET name = name || '!', updated_at = now() WHERE id % 3 = 0");
            execute(
                    "INSERT INTO crm.customers SELECT n, 'New ' || n, 0, NULL, NULL, 'r0', NULL, NULL, now() FROM generate_series(3001, 3700) n");
            execute(
                    "UPDATE crm.customers SET removed_on = DATE '2026-01-06', updated_at = now() WHERE id BETWEEN 10 AND 19");
            awaitTheTable();

            int changes = data.changes("crm");
            int jobs = data.jobs("crm").size();
            Waiting.until(
                    "two more jobs", () -> Optional.of(data.jobs("crm").size()).filter(now -> now > jobs + 2));
            assertThat(data.changes("crm")).isEqualTo(changes);
            assertThat(data.quarantined("crm")).isEmpty();
        }
    }

    @Test
    void findsByAFullSyncAtItsTimeWhatWasDeleted() throws Exception {
        try (Syncline syncline = Syncline.start(settings(Map.of(
                "table", "crm.customers",
                "columns", "id, name, updated_at",
                "entity-type", "customer",
                "full-cron", "0/3 * * * * ?")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            awaitTheTable();

            execute("DELETE FROM crm.customers WHERE id % 10 = 0");

            awaitTheTable();
        }
    }

    @Test
    void pullsAnyTableWithoutADeclarationOfItsOwn() throws Exception {
        try (Syncline syncline = Syncline.start(settings(Map.of("table", "crm.customers")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            Map<String, JsonNode> rows = Waiting.until("all rows", () -> Optional.of(data.entities("crm", "SqlRow"))
                    .filter(found -> found.size() == 2300));
            assertThat(rows.get("2300").at("/row/secret").textValue()).isEqualTo("x");
        }
    }

    @Test
    void pullsATableOfAnotherKindOfDatabase() throws Exception {
        String sqlite = "jdbc:sqlite:" + folder.resolve("upstream.db");
        try (Connection connection = DriverManager.getConnection(sqlite);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (code TEXT PRIMARY KEY, changed TEXT, removed INTEGER)");
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
                    + " INSERT INTO item SELECT 'c' || i, '2026-01-05 08:00:0' || i % 3, i <= 7 FROM n");
        }
        try (Syncline syncline = Syncline.start(settings(Map.of(
                "url", sqlite, "table", "item", "id", "code", "updated-at", "changed", "deleted-at", "removed")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            Map<String, JsonNode> rows = Waiting.until("all rows", () -> Optional.of(data.entities("crm", "SqlRow"))
                    .filter(found -> found.size() == 1193));
            assertThat(rows).containsKey("c8").doesNotContainKey("c7");
        }
    }

    @Test
    void takesNothingIntoItsStatementsButNames() throws Exception {
        try (Syncline syncline =
                Syncline.start(settings(Map.of("table", "crm.customers; DROP TABLE crm.customers; --")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            assertThat(failure())
                    .startsWith("table, columns, id, updated-at and deleted-at must be names")
                    .contains("DROP TABLE");
        }
        assertThat(rows("SELECT id, name FROM crm.customers")).hasSize(2300);
    }

    @Test
    void tellsWhatTheDatabaseRefuses() throws Exception {
        try (Syncline syncline = Syncline.start(settings(Map.of("table", "crm.clients")))) {
            assertThat(syncline.refusedRoutes()).isEmpty();
            assertThat(failure()).contains("the database refused").contains("crm.clients");
        }
    }

    private String failure() {
        return Waiting.until("a failed job", () -> data.jobs("crm").stream()
                        .filter(job -> job.errorClass().isPresent())
                        .findFirst())
                .error();
    }

    private void awaitTheTable() throws SQLException {
        Map<String, String> table = rows("SELECT id, name FROM crm.customers WHERE removed_on IS NULL");
        Waiting.until("the table", () -> {
            Map<String, String> held = new TreeMap<>();
            data.entities("crm", "customer")
                    .forEach((id, row) -> held.put(id, row.get("name").textValue()));
            return Optional.of(held).filter(table::equals);
        });
    }

    private Settings settings(Map<String, String> parameters) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port",
                "0",
                "syncline.data",
                folder.resolve("data").toString(),
                "syncline.routes",
                folder.resolve("routes").toString(),
                "syncline.integration.crm.source",
                "sql",
                "syncline.integration.crm.interval",
                "1",
                "syncline.integration.crm.url",
                url,
                "syncline.integration.crm.user",
                PostgresServer.USER,
                "syncline.integration.crm.password",
                PostgresServer.PASSWORD));
        parameters.forEach((name, value) -> properties.put("syncline.integration.crm." + name, value));
        return Settings.of(properties);
    }

    private Map<String, String> rows(String sql) throws SQLException {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.put(found.getString(1), found.getString(2));
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    Path copy = to.resolve(from.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                } catch (IOException impossible) {
                    throw new UncheckedIOException(impossible);
                }
            });
        }
    }
}
