package io.syncline.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever was written, taken back, removed and opened anew: each id leads to its entity, and to no other. */
class SqliteEntitiesTest {

    /** How ids may meet under one hash. */
    enum Hashes implements SqliteEntities.Hash {
        CROWDED {
            @Override
            public long of(int collectionNo, String entityId) {
                return ChangelogFixture.crowded(collectionNo, entityId);
            }
        },
        LOWEST {
            @Override
            public long of(int collectionNo, String entityId) {
                return Long.MIN_VALUE;
            }
        },
        ENDS {
            @Override
            public long of(int collectionNo, String entityId) {
                return entityId.hashCode() % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
        }
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void leadsFromEachIdToItsEntity(
            @ForAll Hashes hashes,
            @ForAll @IntRange(min = 1, max = 9) int mostRecent,
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 1_000_000) Integer> history)
            throws SQLException {
        Run run = new Run(SharedDatabase.empty(Database.Dialect.SQLITE), mostRecent, hashes);
        for (int step : history) {
            run.step(step);
        }
    }

    private static final class Run {

        private static final int IDS = 30;

        private final Database database;
        private final int mostRecent;
        private final SqliteEntities.Hash hash;
        private final List<EntityCollection> collections =
                List.of(new EntityCollection(1, "crm", "Lead"), new EntityCollection(2, "crm", "Deal"));
        private final Map<String, Long> expected = new HashMap<>();
        private SqliteEntities entities;
        private long head;

        Run(Database database, int mostRecent, SqliteEntities.Hash hash) {
            this.database = database;
            this.mostRecent = mostRecent;
            this.hash = hash;
            this.entities = new SqliteEntities(mostRecent, hash);
        }

        void step(int number) throws SQLException {
            Random random = new Random(number);
            switch (random.nextInt(8)) {
                case 0 -> entities = new SqliteEntities(mostRecent, hash);
                case 1 -> remove(random);
                case 2 -> append(entities, random, Ending.TAKEN_BACK);
                case 3 -> append(entities, random, Ending.UNCERTAIN);
                case 4 -> append(new SqliteEntities(mostRecent, hash), random, Ending.COMMITTED);
                default -> append(entities, random, Ending.COMMITTED);
            }
        }

        private enum Ending {
            COMMITTED,
            UNCERTAIN,
            TAKEN_BACK
        }

        private void append(SqliteEntities by, Random random, Ending ending) throws SQLException {
            try (Connection connection = database.writer().getConnection()) {
                by.prepare(connection);
                connection.setAutoCommit(false);
                Map<String, Long> after = new HashMap<>(expected);
                List<Latest> written = new ArrayList<>();
                long first = head + 1;
                for (EntityCollection collection : collections) {
                    Map<String, Latest> some = find(by, connection, collection, random);
                    for (Latest entity : some.values()) {
                        if (entity.first() == 0 && random.nextBoolean()) {
                            entity.present(-1 - written.size(), new byte[16], null, OptionalLong.empty(), false);
                            after.put(key(collection, entity.entityId), first + written.size());
                            written.add(entity);
                        }
                    }
                }
                by.write(connection, written, first);
                if (ending == Ending.TAKEN_BACK) {
                    connection.rollback();
                    return;
                }
                connection.commit();
                if (ending == Ending.COMMITTED) {
                    by.committed();
                }
                expected.clear();
                expected.putAll(after);
                head += written.size();
            }
        }

        private Map<String, Latest> find(
                SqliteEntities by, Connection connection, EntityCollection collection, Random random)
                throws SQLException {
            Map<String, Latest> some = new HashMap<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                String id = "é" + random.nextInt(IDS);
                some.put(id, new Latest(collection, id));
            }
            by.find(connection, collection, some);
            some.forEach((id, entity) -> assertThat(entity.first())
                    .as("the number of %s", id)
                    .isEqualTo(expected.getOrDefault(key(collection, id), 0L)));
            return some;
        }

        private void remove(Random random) throws SQLException {
            EntityCollection collection = collections.get(random.nextInt(2));
            String id = "é" + random.nextInt(IDS);
            long number = expected.getOrDefault(key(collection, id), head + 1);
            boolean superseded = random.nextInt(4) == 0;
            boolean taken = random.nextInt(4) == 0;
            try (Connection connection = database.writer().getConnection()) {
                connection.setAutoCommit(false);
                List<Entities.Tombstone> removed = entities.remove(
                        connection,
                        List.of(new Entities.Tombstone(superseded ? number + 1 : number, number, collection.no, id)));
                if (taken) {
                    connection.rollback();
                    return;
                }
                connection.commit();
                assertThat(removed).hasSize(!superseded && number <= head ? 1 : 0);
                if (!removed.isEmpty()) {
                    expected.remove(key(collection, id));
                }
            }
        }

        private static String key(EntityCollection collection, String id) {
            return collection.no + "/" + id;
        }
    }
}
