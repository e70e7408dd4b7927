package io.syncline.bench;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Appending pages of new entities to the changelog, beside a JDBC batch that inserts the same change rows, a page a transaction, into
 * an equal table of another database of the same kind: same driver, same pool, same settings, same indexes.
 */
final class AppendBench implements Workload {

    private static final int ROUNDS = 5;
    private static final int PAGES = 40;
    private static final int RECORDS_ON_PAGE = 500;

    private final Store.Kind kind;

    AppendBench(Store.Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "append-" + kind.word();
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        try (Pair pair = new Pair(setup, kind, "warm-up")) {
            Rounds.warmUp(pair::append, pair::insert);
        }
        try (Pair pair = new Pair(setup, kind, "measured")) {
            Rounds.Result result = Rounds.measure(ROUNDS, pair::append, pair::insert);
            table.compared("append, " + kind.title(), "rows/s", result, "0.6");
        }
    }

    /** A changelog and a plain table, both empty at first, that get the same records. */
    private static final class Pair implements AutoCloseable {

        private final Records ourRecords = new Records(1);
        private final Records plainRecords = new Records(1);
        private final AtomicLong sequence = new AtomicLong();
        private final Database ours;
        private final Changelog changelog;
        private final Database plain;

        Pair(Setup setup, Store.Kind kind, String name) throws IOException, SQLException {
            ours = setup.store(kind, name + "-append").open();
            changelog = Changelog.open(ours, Clock.systemUTC());
            plain = setup.store(kind, name + "-plain").open();
        }

        double append() {
            return AppendBench.append(changelog, ourRecords.pages(PAGES, RECORDS_ON_PAGE));
        }

        double insert() throws SQLException {
            return AppendBench.insert(plain, sequence, plainRecords.pages(PAGES, RECORDS_ON_PAGE));
        }

        @Override
        public void close() {
            changelog.close();
            ours.close();
            plain.close();
        }
    }

    private static double append(Changelog changelog, List<Page> pages) {
        long started = System.nanoTime();
        for (Page page : pages) {
            changelog.append(page);
        }
        return Rounds.rate((long) PAGES * RECORDS_ON_PAGE, started);
    }

    private static double insert(Database database, AtomicLong sequence, List<Page> pages) throws SQLException {
        long started = System.nanoTime();
        for (Page page : pages) {
            try (Connection connection = database.writer().getConnection()) {
                connection.setAutoCommit(false);
                insert(connection, sequence, page);
                connection.commit();
            }
        }
        return Rounds.rate((long) PAGES * RECORDS_ON_PAGE, started);
    }

    private static void insert(Connection connection, AtomicLong sequence, Page page) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, scope, previous_scope, data, entity_no)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Observed observed : page.observed()) {
                Observed.Present present = (Observed.Present) observed;
                String json = new String(present.snapshot().bytes(), StandardCharsets.UTF_8);
                insert.setLong(1, sequence.incrementAndGet());
                insert.setInt(2, 1);
                insert.setString(3, present.entityId());
                insert.setInt(4, 1);
                insert.setLong(5, 0);
                insert.setLong(6, 1_772_000_000_000L);
                insert.setString(7, present.scope().orElseThrow());
                insert.setNull(8, Types.VARCHAR);
                insert.setString(9, json);
                insert.setLong(10, sequence.get());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
