package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends pages, each in one transaction. The order of locks is what the changelog's promises rest on: first the integration, so that
 * its appends come one after the other; the counter last, so that numbers are drawn in the order of the commits.
 */
final class Appender {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    /** Within this time the appends of other threads and nodes that came just before become known, or else are asked for. */
    private static final Duration ANNOUNCED = Duration.ofMillis(50);

    private final Database database;
    private final ChangelogSql sql;
    private final Entities entities;
    private final Heads heads;
    private final Clock clock;

    Appender(Database database, Entities entities, Heads heads, Clock clock) {
        this.database = database;
        this.sql = ChangelogSql.of(database.dialect());
        this.entities = entities;
        this.heads = heads;
        this.clock = clock;
    }

    /** @param last comes before the commit; nothing is appended if it throws */
    Appended append(Page page, Runnable last) {
        try {
            if (heads.doubtful()) {
                try (Connection connection = database.reader().getConnection()) {
                    heads.reload(connection);
                }
            }
            Heads.Known known = knownFor(page);
            Decisions decisions = new Decisions(page.observed(), type -> known.find(page.integrationId(), type)
                    .orElseThrow());
            return append(page, decisions, last);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot append to the changelog: " + e.getMessage(), e);
        }
    }

    <T> T numbered(NumberedEvent<T> event) {
        AtomicLong number = new AtomicLong();
        T result;
        try {
            result = database.jdbi()
                    .inTransaction(handle -> event.in(handle, () -> {
                        try {
                            number.set(ChangelogSql.drawNumbers(handle.getConnection(), 1));
                            sql.announce(handle.getConnection(), Announcement.of(number.get(), number.get(), Map.of()));
                            return number.get();
                        } catch (SQLException e) {
                            throw new DatabaseException("Cannot number an event: " + e.getMessage(), e);
                        }
                    }));
        } catch (RuntimeException e) {
            if (number.get() > 0) {
                // It may be committed all the same.
                reloadHeads();
            }
            throw e;
        }
        if (number.get() > 0) {
            heads.committed(number.get(), number.get(), LastChanges.none());
            if (!heads.awaitHead(number.get(), ANNOUNCED)) {
                reloadHeads();
            }
        }
        return result;
    }

    private Appended append(Page page, Decisions decisions, Runnable beforeCommit) throws SQLException {
        LastChanges last = LastChanges.none();
        long head;
        try (Connection connection = database.writer().getConnection()) {
            entities.prepare(connection);
            connection.setAutoCommit(false);
            try {
                head = write(connection, page, decisions, last);
                beforeCommit.run();
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
            commit(connection);
            entities.committed();
        }
        int changes = decisions.changes().size();
        if (changes > 0) {
            heads.committed(head - changes + 1, head, last);
            if (!heads.awaitHead(head, ANNOUNCED)) {
                reloadHeads();
            }
        }
        return decisions.appended(page.quarantined().size(), changes > 0 ? head : heads.head());
    }

    /** @return the head after it, of no meaning when there was no change */
    private long write(Connection connection, Page page, Decisions decisions, LastChanges last) throws SQLException {
        long now = clock.millis();
        Integration integration = lock(connection, page);
        for (Map.Entry<EntityCollection, Map<String, Latest>> some :
                decisions.entities().entrySet()) {
            entities.find(connection, some.getKey(), some.getValue());
        }
        decisions.decide(now);
        List<NewChange> changes = decisions.changes();
        Collection<Latest> touched = decisions.touched();
        // Before the checkpoint, for it notes what the page came after.
        new QuarantineRows(connection, integration.no(), page, now)
                .write(integration.quarantined(), decisions.entities().values());
        countProgress(connection, page, decisions);
        AppendRow row = new AppendRow(
                integration.no(),
                page.stream(),
                page.jobId(),
                page.pass().isEmpty() ? page.checkpoint() : Optional.empty(),
                now);
        if (changes.isEmpty()) {
            if (row.checkpoint().isPresent()) {
                sql.saveCheckpoint(connection, row);
            }
            if (!touched.isEmpty()) {
                entities.write(connection, touched, 0);
            }
            savePass(connection, page, decisions, 0, now);
            return 0;
        }
        long head = sql.saveAppend(connection, row, changes.size());
        long first = head - changes.size() + 1;
        sql.insertChanges(connection, changes, first);
        entities.write(connection, touched, first);
        savePass(connection, page, decisions, first, now);
        for (int i = 0; i < changes.size(); i++) {
            NewChange change = changes.get(i);
            last.add(change.collection(), change.scope(), change.previousScope(), first + i);
        }
        sql.announce(connection, Announcement.of(first, head, last.byCollection()));
        return head;
    }

    private void savePass(Connection connection, Page page, Decisions decisions, long first, long now)
            throws SQLException {
        if (page.pass().isPresent()) {
            new PassRows(connection, page, page.pass().get())
                    .write(
                            decisions.entities().values(),
                            first,
                            type -> heads.known().findIgnoringCase(page.integrationId(), type),
                            entities,
                            now);
        }
    }

    private record Integration(int no, boolean quarantined) {}

    private Integration lock(Connection connection, Page page) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT no, fence, EXISTS (SELECT 1 FROM quarantine q WHERE q.integration_no = i.no) FROM integration i WHERE id = ?"
                        + sql.forUpdate())) {
            statement.setString(1, page.integrationId());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("the integration " + page.integrationId() + " was removed meanwhile");
                }
                int no = row.getInt(1);
                long fence = row.getLong(2);
                if (page.fence() < fence) {
                    throw new FencedException("The lease of integration " + page.integrationId()
                            + " has passed on: fence " + page.fence() + " is older than " + fence);
                }
                if (page.fence() > fence) {
                    saveFence(connection, no, page.fence());
                }
                return new Integration(no, row.getBoolean(3));
            }
        }
    }

    private static void saveFence(Connection connection, int integrationNo, long fence) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE integration SET fence = ? WHERE no = ?")) {
            statement.setLong(1, fence);
            statement.setInt(2, integrationNo);
            statement.executeUpdate();
        }
    }

    private static void countProgress(Connection connection, Page page, Decisions decisions) throws SQLException {
        int processed = page.observed().size() + page.quarantined().size();
        if (page.jobId().isEmpty() || processed == 0) {
            return;
        }
        Appended appended = decisions.appended(page.quarantined().size(), 0);
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE job SET processed = processed + ?, created = created + ?, updated = updated + ?, deleted = deleted + ?,"
                        + " quarantined = quarantined + ? WHERE id = ?")) {
            statement.setInt(1, processed);
            statement.setInt(2, appended.created());
            statement.setInt(3, appended.updated());
            statement.setInt(4, appended.deleted());
            statement.setInt(5, appended.quarantined());
            statement.setString(6, page.jobId().get());
            statement.executeUpdate();
        }
    }

    private void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            // It may be committed all the same. Heads too low would only be late, but a hole in them would stay.
            rollback(connection, e);
            reloadHeads();
            throw e;
        }
    }

    /** What is appended is appended, even if it cannot be said where the changelog stands now. */
    private void reloadHeads() {
        heads.doubt();
        try (Connection connection = database.reader().getConnection()) {
            heads.reload(connection);
        } catch (SQLException e) {
            heads.doubt();
            LOG.debug("Where the changelog stands is read at the next append", e);
        }
    }

    private static void rollback(Connection connection, Exception because) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    /** The collections with all that the page needs, added where it is the first to speak of them. */
    private Heads.Known knownFor(Page page) throws SQLException {
        TreeSet<String> missing = new TreeSet<>();
        Heads.Known known = heads.known();
        String last = "";
        for (Observed one : page.observed()) {
            if (!one.entityType().equals(last)) {
                last = one.entityType();
                if (known.find(page.integrationId(), last).isEmpty()) {
                    missing.add(last);
                }
            }
        }
        if (missing.isEmpty() && known.hasIntegration(page.integrationId())) {
            return known;
        }
        try (Connection connection = database.writer().getConnection()) {
            add(connection, page.integrationId(), missing);
            heads.loadCollections(connection);
        }
        return heads.known();
    }

    /** Committed ahead of the page: a collection without changes is in nobody's way, and all nodes number it alike. */
    private static void add(Connection connection, String integrationId, Collection<String> entityTypes)
            throws SQLException {
        try (PreparedStatement integration =
                        connection.prepareStatement("INSERT INTO integration (id) VALUES (?) ON CONFLICT DO NOTHING");
                PreparedStatement collection = connection.prepareStatement(
                        "INSERT INTO collection (integration_no, entity_type) SELECT no, ? FROM integration WHERE id = ?"
                                + " ON CONFLICT DO NOTHING")) {
            integration.setString(1, integrationId);
            integration.executeUpdate();
            for (String entityType : entityTypes) {
                collection.setString(1, entityType);
                collection.setString(2, integrationId);
                collection.executeUpdate();
            }
        }
    }
}
