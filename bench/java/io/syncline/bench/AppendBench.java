package io.syncline.bench;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.storage.Database;
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
        Records ourRecords = new Records(1);
        Records plainRecords = new Records(1);
        AtomicLong sequence = new AtomicLong();
        try (Database ourDatabase = setup.store(kind, "append").open();
                Changelog changelog = Changelog.open(ourDatabase, Clock.systemUTC());
                Database plainDatabase = setup.store(kind, "plain").open()) {
            Rounds.Result result = Rounds.compare(
                    ROUNDS,
                    () -> append(changelog, ourRecords.pages(PAGES, RECORDS_ON_PAGE)),
                    () -> insert(plainDatabase, sequence, plainRecords.pages(PAGES, RECORDS_ON_PAGE)));
            table.compared("append, " + kind.title(), "rows/s", result, "0.6");
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
                "INSERT INTO change (seq, collection_no, entity_id, operation, previous_seq, occurred_at, scope, previous_scope, data)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
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
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
