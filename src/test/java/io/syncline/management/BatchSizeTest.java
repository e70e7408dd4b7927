package io.syncline.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.syncline.storage.Database;
import io.syncline.storage.PostgresServer;
import io.syncline.storage.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many records a page a job asks for reaches its upstream. */
final class BatchSizeTest {

    private static final String NEVER = "0 0 0 1 1 ? 2099";

    @TempDir
    private Path folder;

    private Hub hub;

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void isRowsAPageOfATable() throws SQLException {
        String url = PostgresServer.freshDatabase();
        execute(url, """
                CREATE TABLE asked (at timestamptz, statement text);
                CREATE FUNCTION note() RETURNS boolean LANGUAGE sql VOLATILE AS
                    'INSERT INTO asked VALUES (statement_timestamp(), current_query()) RETURNING true';
                CREATE VIEW customers AS
                    SELECT n AS id, timestamptz '2026-01-01' AS updated_at FROM generate_series(1, 20) n WHERE note()""");
        start(
                TestDatabase.of(Database.Dialect.SQLITE, folder),
                Map.of(
                        "source",
                        "sql",
                        "url",
                        url,
                        "user",
                        PostgresServer.USER,
                        "password",
                        PostgresServer.PASSWORD,
                        "table",
                        "customers"));

        hub.await(hub.startJob("x", "full_sync", "{\"batchSize\":7}"), "completed");

        assertThat(asked(url)).hasSize(3).allMatch(statement -> statement.contains("LIMIT 7"));
    }

    @Test
    void isRecordsAPageOfPlaneUpToWhatItGives() throws IOException {
        List<String> queries = new CopyOnWriteArrayList<>();
        HttpServer plane = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        plane.createContext("/", exchange -> answerNothing(exchange, queries));
        plane.start();
        try {
            start(
                    TestDatabase.of(Database.Dialect.SQLITE, folder),
                    Map.of(
                            "source", "plane",
                            "url", "http://127.0.0.1:" + plane.getAddress().getPort(),
                            "token", "t",
                            "workspace", "w",
                            "streams", "projects"));
            for (String options : List.of("{\"batchSize\":30}", "{\"batchSize\":1000}", "{}")) {
                hub.await(hub.startJob("x", "full_sync", options), "completed");
            }

            assertThat(queries)
                    .extracting(query -> query.replaceFirst("&.*", ""))
                    .containsExactly("per_page=30", "per_page=100", "per_page=100");
        } finally {
            plane.stop(0);
        }
    }

    private static void answerNothing(HttpExchange exchange, List<String> queries) throws IOException {
        queries.add(exchange.getRequestURI().getQuery());
        byte[] body = "{\"results\":[],\"total_count\":0,\"next_page_results\":false}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void start(TestDatabase database, Map<String, String> settings) {
        Map<String, String> properties = new HashMap<>(Map.of("syncline.integration.x.cron", NEVER));
        settings.forEach((name, value) -> properties.put("syncline.integration.x." + name, value));
        hub = Hub.start(folder, database, properties);
    }

    /** The statements that read the table, in their order. */
    private static List<String> asked(String url) {
        return Jdbi.create(url, PostgresServer.USER, PostgresServer.PASSWORD).withHandle(handle -> handle.createQuery(
                        "SELECT statement FROM asked GROUP BY at, statement ORDER BY at")
                .mapTo(String.class)
                .list());
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
