package io.syncline.changelog;

import io.syncline.storage.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** The records that could not be read, each kept until it comes well, is retried or is let go. Safe for use by many threads. */
public final class Quarantine {

    private static final String FROM = " FROM quarantine q JOIN integration i ON i.no = q.integration_no WHERE ";

    private final Database database;
    private final Jdbi jdbi;
    private final Jdbi reader;

    Quarantine(Database database) {
        this.database = database;
        this.jdbi = database.jdbi();
        this.reader = database.readerJdbi();
    }

    /**
     * A record that is kept.
     *
     * @param record what it is
     * @param pageCheckpoint what its page came after; empty for the stream's beginning
     * @param jobId the job that met it last
     */
    public record Kept(
            long id,
            String integrationId,
            String stream,
            Quarantined record,
            Optional<String> pageCheckpoint,
            Optional<String> jobId,
            Instant at) {}

    /**
     * Which records to list, the newest first.
     *
     * @param integrations only of these; empty for all
     * @param before only older ones than the one of this id
     * @param limit most records, 1 or more
     */
    public record Selection(
            Optional<Set<String>> integrations,
            Optional<String> entityType,
            Optional<String> jobId,
            OptionalLong before,
            int limit) {

        private String condition() {
            List<String> conditions = new ArrayList<>(List.of("1 = 1"));
            // Ids of integrations are letters, digits and dashes.
            integrations.ifPresent(ids -> conditions.add("i.id IN "
                    + ids.stream()
                            .map(id -> "'" + id.replace("'", "''") + "'")
                            .collect(Collectors.joining(", ", "(", ")"))));
            entityType.ifPresent(type -> conditions.add("q.entity_type = :type"));
            jobId.ifPresent(id -> conditions.add("q.job_id = :job"));
            return String.join(" AND ", conditions);
        }

        private boolean isEmpty() {
            return integrations.filter(Set::isEmpty).isPresent();
        }

        private Query bound(Query query) {
            entityType.ifPresent(type -> query.bind("type", type));
            jobId.ifPresent(id -> query.bind("job", id));
            return query;
        }
    }

    /**
     * Some records.
     *
     * @param records the newest first
     * @param total how many there are on all pages
     */
    public record Listed(List<Kept> records, long total) {}

    /** The records that a selection lists, and how many it has on all its pages: both of one moment. */
    public Listed list(Selection selection) {
        return selection.isEmpty()
                ? new Listed(List.of(), 0)
                : database.atOneMoment(handle -> new Listed(page(handle, selection), count(handle, selection)));
    }

    /** The records that a selection lists, where nobody asks how many there are. */
    public List<Kept> page(Selection selection) {
        return selection.isEmpty() ? List.of() : reader.withHandle(handle -> page(handle, selection));
    }

    private static List<Kept> page(Handle handle, Selection selection) {
        String before = selection.before.isPresent() ? " AND q.id < " + selection.before.getAsLong() : "";
        return selection
                .bound(handle.createQuery(
                        select() + selection.condition() + before + " ORDER BY q.id DESC LIMIT " + selection.limit))
                .map(Quarantine::kept)
                .list();
    }

    private static long count(Handle handle, Selection selection) {
        return selection
                .bound(handle.createQuery("SELECT COUNT(*)" + FROM + selection.condition()))
                .mapTo(Long.class)
                .one();
    }

    /** The record of an id, if it is of one of some integrations; of another nothing is read, as of one that is not there. */
    public Optional<Kept> find(long id, Set<String> integrations) {
        Selection one =
                new Selection(Optional.of(integrations), Optional.empty(), Optional.empty(), OptionalLong.empty(), 1);
        if (one.isEmpty()) {
            return Optional.empty();
        }
        return reader.withHandle(handle -> handle.createQuery(select() + one.condition() + " AND q.id = " + id)
                .map(Quarantine::kept)
                .findOne());
    }

    /** Lets a record go; false if it is not there any more. */
    public boolean delete(long id) {
        return jdbi.withHandle(handle -> handle.createUpdate("DELETE FROM quarantine WHERE id = :id")
                        .bind("id", id)
                        .execute())
                == 1;
    }

    /** Notes why a record that was retried still cannot be read. */
    public void failedAgain(long id, Quarantined record, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE quarantine SET reason = :reason, raw = :raw, at = :at WHERE id = :id")
                .bind("reason", StorableText.mended(record.reason()))
                .bind("raw", StorableText.mended(record.raw()))
                .bind("at", at.toEpochMilli())
                .bind("id", id)
                .execute());
    }

    private static String select() {
        return "SELECT q.id, i.id, q.stream, q.entity_type, q.entity_id, q.reason, q.raw, q.page_checkpoint, q.job_id, q.at"
                + FROM;
    }

    private static Kept kept(ResultSet row, StatementContext context) throws SQLException {
        return new Kept(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                new Quarantined(row.getString(4), row.getString(5), row.getString(6), row.getString(7)),
                Optional.ofNullable(row.getString(8)),
                Optional.ofNullable(row.getString(9)),
                Instant.ofEpochMilli(row.getLong(10)));
    }
}
