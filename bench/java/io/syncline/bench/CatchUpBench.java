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
final class CatchUpBench {

    private static final int ROUNDS = 7;
    private static final int PAGE = 500;

    private CatchUpBench() {}

    static Rounds.Result run(Database database, int port, Function<String, byte[]> request, long changes)
            throws Exception {
        try (HttpReader reader = new HttpReader(port)) {
            return Rounds.compare(ROUNDS, () -> drain(reader, request, changes), () -> select(database, changes));
        }
    }

    private static double drain(HttpReader reader, Function<String, byte[]> request, long changes) throws IOException {
        long started = System.nanoTime();
        String cursor = "";
        long pages = 0;
        do {
            reader.exchange(request.apply(cursor));
            cursor = reader.lastOf("\"cursor\":\"");
            pages++;
        } while (reader.endsAround("\"hasmore\":true"));
        if (pages != changes / PAGE) {
            throw new IOException(pages + " pages came, expected were " + changes / PAGE);
        }
        return Rounds.rate(changes, started);
    }

    private static double select(Database database, long changes) throws SQLException {
        long started = System.nanoTime();
        long after = 0;
        long rows = 0;
        long bytes = 0;
        try (Connection connection = database.reader().getConnection();
                PreparedStatement page =
                        connection.prepareStatement("SELECT seq, collection_no, entity_id, operation, occurred_at, data"
                                + " FROM change WHERE collection_no = 1 AND seq > ? ORDER BY seq LIMIT " + PAGE)) {
            long before;
            do {
                before = rows;
                page.setLong(1, after);
                try (ResultSet result = page.executeQuery()) {
                    while (result.next()) {
                        after = result.getLong(1);
                        bytes += result.getInt(2) + result.getString(3).length() + result.getInt(4) + result.getLong(5);
                        bytes += result.getBytes(6).length;
                        rows++;
                    }
                }
            } while (rows > before);
        }
        if (rows != changes || bytes == 0) {
            throw new SQLException(rows + " rows came, expected were " + changes);
        }
        return Rounds.rate(rows, started);
    }

    /** Pages of a constant body a second, by the same client. */
    static double constantPages(int port, int pages) throws IOException {
        byte[] request = Requests.get(ConstantRoutes.PAGE_PATH);
        try (HttpReader reader = new HttpReader(port)) {
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long started = System.nanoTime();
                for (int page = 0; page < pages; page++) {
                    reader.exchange(request);
                }
                rates[round] = Rounds.rate(pages, started);
            }
            return Rounds.median(rates);
        }
    }

    /** How many bytes a page has on the wire. */
    static int pageSize(int port, Function<String, byte[]> request) throws IOException {
        try (HttpReader reader = new HttpReader(port)) {
            reader.exchange(request.apply(""));
            return reader.size();
        }
    }
}
