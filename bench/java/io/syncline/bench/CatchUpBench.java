package io.syncline.bench;

import io.syncline.storage.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * Reading the whole changelog by HTTP in pages of 500, one page after the other, beside a SELECT of the same rows and columns in pages
 * of 500 over one connection of the same pool. Both run on the same two cores, so the client's and the network's share counts
 * against Syncline here; what a constant body of a page's size costs by the same way is measured apart.
 */
final class CatchUpBench implements Workload {

    private static final int ROUNDS = 7;
    /** How often the changelog is read in a round. */
    private static final int TIMES = 3;

    private final String name;
    private final String title;
    private final Store.Kind kind;
    private final Function<String, byte[]> request;
    private final String promised;

    private CatchUpBench(
            String name, String title, Store.Kind kind, Function<String, byte[]> request, String promised) {
        this.name = name;
        this.title = title;
        this.kind = kind;
        this.request = request;
        this.promised = promised;
    }

    static CatchUpBench feed(Store.Kind kind) {
        return new CatchUpBench("feed", "plain feed", kind, Requests::feed, "0.5");
    }

    static CatchUpBench graphql(Store.Kind kind) {
        return new CatchUpBench("graphql", "GraphQL, all fields", kind, Requests::graphql, "0.3");
    }

    @Override
    public String name() {
        return name + '-' + kind.word();
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Hub hub = setup.hub(kind);
        try (HttpReader reader = new HttpReader(hub.port())) {
            reader.exchange(request.apply(""));
            String workload = "catch-up, " + title + ", " + kind.title() + ", pages of " + reader.size() / 1000 + " kB";
            Rounds.Result result = Rounds.compare(
                    ROUNDS, () -> repeated(() -> drain(reader, request)), () -> repeated(() -> select(hub.rows())));
            table.compared(workload, "changes/s", result, promised);
        }
    }

    private interface Catching {
        void up() throws Exception;
    }

    private static double repeated(Catching catching) throws Exception {
        long started = System.nanoTime();
        for (int time = 0; time < TIMES; time++) {
            catching.up();
        }
        return Rounds.rate((long) TIMES * Hub.CHANGES, started);
    }

    private static void drain(HttpReader reader, Function<String, byte[]> request) throws IOException {
        String cursor = "";
        long pages = 0;
        do {
            reader.exchange(request.apply(cursor));
            cursor = reader.lastOf("\"cursor\":\"");
            pages++;
        } while (reader.endsAround("\"hasmore\":true"));
        if (pages != Hub.CHANGES / Hub.PAGE) {
            throw new IOException(pages + " pages came, expected were " + Hub.CHANGES / Hub.PAGE);
        }
    }

    private static void select(Database database) throws SQLException {
        long after = 0;
        long rows = 0;
        long bytes = 0;
        try (Connection connection = database.reader().getConnection();
                PreparedStatement page =
                        connection.prepareStatement("SELECT seq, collection_no, entity_id, operation, occurred_at, data"
                                + " FROM change WHERE collection_no = 1 AND seq > ? ORDER BY seq LIMIT " + Hub.PAGE)) {
            long before;
            do {
                before = rows;
                page.setLong(1, after);
                try (ResultSet result = page.executeQuery()) {
                    while (result.next()) {
                        after = result.getLong(1);
                        bytes += result.getInt(2) + result.getBytes(3).length + result.getInt(4) + result.getLong(5);
                        bytes += result.getBytes(6).length;
                        rows++;
                    }
                }
            } while (rows > before);
        }
        if (rows != Hub.CHANGES || bytes == 0) {
            throw new SQLException(rows + " rows came, expected were " + Hub.CHANGES);
        }
    }
}
