package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Living entities are told of once each, in runs or one by one. */
class LivingRunsTest {

    private static final int COLLECTION = 1;
    private static final int OTHER = 2;

    private final Database database = SharedDatabase.empty(Database.Dialect.SQLITE);
    private final List<Long> expected = new ArrayList<>();
    private final List<Long> told = new ArrayList<>();
    private long head;
    private int runs;

    private final class Teller implements Newest.Receiver {
        @Override
        public void receive(int collection, Newest newest) {
            assertThat(collection).isEqualTo(COLLECTION);
            assertThat(newest)
                    .isEqualTo(new Newest(newest.sequenceVersion(), newest.first(), false, 0, false, false, true));
            told.add(newest.first());
            told.add(newest.sequenceVersion());
        }

        @Override
        public void receiveRun(int collection, long first, long last) {
            runs++;
            Newest.Receiver.super.receiveRun(collection, first, last);
        }
    }

    @BeforeEach
    void addCollections() {
        database.jdbi().useHandle(handle -> {
            handle.execute("INSERT INTO integration (no, id) VALUES (1, 'crm')");
            handle.execute(
                    "INSERT INTO collection (no, integration_no, entity_type) VALUES (1, 1, 'lead'), (2, 1, 'deal')");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void areTheOnesThatThereAre(int seed) throws SQLException {
        Random random = new Random(seed);
        try (Connection connection = database.writer().getConnection()) {
            connection.setAutoCommit(false);
            for (int part = 0; part < 30; part++) {
                add(connection, random.nextInt(6), 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000), 1_000_000);
            }
            read(connection, 1_000_000);
            connection.rollback();
        }
    }

    @Test
    void areReadInRuns() throws SQLException {
        try (Connection connection = database.writer().getConnection()) {
            connection.setAutoCommit(false);
            add(connection, 1, 10_000, 1_000_000);
            read(connection, 1_000_000);
            connection.rollback();
        }
        assertThat(runs).isBetween(1, 20);
    }

    @Test
    void areNotThoseThatChangedAfterwards() throws SQLException {
        try (Connection connection = database.writer().getConnection()) {
            connection.setAutoCommit(false);
            add(connection, 1, 5_000, 3_333);
            read(connection, 3_333);
            connection.rollback();
        }
    }

    /** Entities in a row: of the collection, mostly; or gone, of another one, changed since, or not there. */
    private void add(Connection connection, int kind, int count, long to) throws SQLException {
        long first = head + 1;
        head += count;
        if (kind == 0) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO entity (first_seq, collection_no, entity_id, seq, digest, version, partial) VALUES (?, ?, ?, ?, ?, 0, 0)")) {
            for (long number : LongStream.rangeClosed(first, head).toArray()) {
                long seq = kind == 4 ? number + 500_000 : number;
                int collection = kind == 5 ? OTHER : COLLECTION;
                byte[] digest = kind == 3 ? null : new byte[] {1};
                insert.setLong(1, number);
                insert.setInt(2, collection);
                insert.setString(3, Long.toString(number));
                insert.setLong(4, seq);
                insert.setBytes(5, digest);
                insert.addBatch();
                if (collection == COLLECTION && digest != null && seq <= to) {
                    expected.add(number);
                    expected.add(seq);
                }
            }
            insert.executeBatch();
        }
    }

    private void read(Connection connection, long to) throws SQLException {
        new LivingRuns(COLLECTION, to, new Teller()).read(connection);

        assertThat(told).isEqualTo(expected);
    }
}
