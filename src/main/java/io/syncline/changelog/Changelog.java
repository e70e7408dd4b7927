package io.syncline.changelog;

import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sequenced changelog over one database. Safe for use by many threads. */
public final class Changelog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Changelog.class);

    private final Database database;
    private final Clock clock;
    private final Entities entities;
    private final Heads heads;
    private final Appender appender;
    private final FeedReader feedReader;
    private final Compaction compaction;
    private final EntityReads entityReads;
    private final Passes passes;
    private final Quarantine quarantine;
    private final Optional<HeadListener> listener;
    private volatile Runnable afterSetBack = () -> {};
    private volatile boolean closed;

    private Changelog(
            Database database,
            Entities entities,
            Heads heads,
            CursorCodec codec,
            ReadAhead ahead,
            PageHalves halves,
            Clock clock) {
        this.database = database;
        this.clock = clock;
        this.entities = entities;
        this.heads = heads;
        this.appender = new Appender(database, entities, heads, clock);
        this.feedReader = new FeedReader(database, heads, codec, ahead, halves, clock);
        this.compaction = new Compaction(database, entities, heads, clock, () -> closed);
        this.entityReads = new EntityReads(database, heads);
        this.passes = new Passes(database);
        this.quarantine = new Quarantine(database);
        this.listener = database.dialect() == Database.Dialect.POSTGRESQL
                ? Optional.of(HeadListener.start(database, heads, this::setBack))
                : Optional.empty();
    }

    /**
     * The changelog in a database, which stays open until the caller closes it.
     *
     * @param clock tells the time of appends, and from it the age of what compaction removes
     * @throws DatabaseException if the database cannot be read
     */
    public static Changelog open(Database database, Clock clock) {
        return open(
                database,
                Entities.of(database.dialect()),
                new ReadAhead(ReadAhead.SMALLEST_PAGE, clock),
                new PageHalves(PageHalves.SMALLEST_PAGE),
                clock);
    }

    static Changelog open(Database database, Entities entities, ReadAhead ahead, PageHalves halves, Clock clock) {
        try (Connection connection = database.reader().getConnection()) {
            return new Changelog(
                    database,
                    entities,
                    Heads.load(connection),
                    new CursorCodec(cursorKey(connection)),
                    ahead,
                    halves,
                    clock);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot open the changelog: " + e.getMessage(), e);
        }
    }

    private static byte[] cursorKey(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT cursor_key FROM cursor_state");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBytes(1);
        }
    }

    /**
     * Appends what changed of a page, in one transaction with its checkpoint and its job's progress. An integration or entity type
     * that was unknown becomes known by it.
     *
     * @throws FencedException if the page's fence is older than the integration's
     * @throws DatabaseException if the database fails; unless the connection was lost at the very end, nothing was written, and
     *     appending the same page again is right in either case
     */
    public Appended append(Page page) {
        return appender.append(page, () -> {});
    }

    /**
     * Appends a page like {@link #append(Page)}, unless it turns out at the last moment that it is not wanted any more.
     *
     * @param last comes right before the commit; what it throws takes all back and is passed on
     */
    public Appended append(Page page, Runnable last) {
        return appender.append(page, last);
    }

    /**
     * Gives a number of the sequence to something that is no change but happens among the changes, such as a grant.
     *
     * @param event is done in the transaction that draws the number; it is to draw it once, last but for what needs it, since appends wait
     *     from then on
     * @throws DatabaseException if the database fails
     */
    public <T> T numbered(NumberedEvent<T> event) {
        return appender.numbered(event);
    }

    /**
     * Where to get a view anew. A cursor that tells of a newer one comes from another node, which has heard of a grant before this one.
     *
     * @param fresh what the principal of a view may see as the database has it
     */
    public void onStaleView(UnaryOperator<View> fresh) {
        feedReader.onStaleView(fresh);
    }

    /**
     * What to do if the database turns out to have lost what was committed, as when a PostgreSQL server takes over that had not heard of all. The
     * changelog has begun a new generation by then, since it gives the lost numbers to other changes; what is in memory, here and with
     * whoever reads it, tells of what is gone, so the process should begin again.
     */
    public void onSetBack(Runnable then) {
        afterSetBack = then;
    }

    private void setBack() {
        startNewGeneration();
        LOG.error(
                "The database has lost changes that were appended already: Syncline knows them up to {}. Did another server take over that"
                        + " had not heard of them? Every cursor given out before is now answered as expired, and its consumer reads anew.",
                heads.head());
        afterSetBack.run();
    }

    /**
     * Reads what comes after a cursor. A poll with nothing new touches no table and echoes the cursor, but for once a day when it
     * is renewed.
     *
     * @param cursor as served before; empty reads from the beginning: the complete present state
     * @param limit most changes on the page, 1 or more; the page may hold fewer and say that there is more
     * @throws CursorException if the cursor cannot be read from
     * @throws DatabaseException if the database fails
     */
    public FeedPage read(View view, FeedQuery query, Optional<String> cursor, int limit) {
        return feedReader.read(view, query, cursor, limit);
    }

    /** What jobs that pull from the beginning have written down with their pages. */
    public Passes passes() {
        return passes;
    }

    /** The records that could not be read. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** For readers that keep their own books of what they have seen instead of a cursor. */
    public EntityReads entities() {
        return entityReads;
    }

    /**
     * The highest sequence version among the changes that the view and the query select, from memory; 0 for none. Two equal answers
     * mean that nothing was appended to the feed in between.
     */
    public long head(View view, FeedQuery query) {
        return feedReader.head(view, query);
    }

    /**
     * The entities of an id, one for each integration that has it, with what touched each last.
     *
     * @param entityType its name in the changelog, without regard to case
     */
    public List<Touched> touched(String entityType, String entityId, Optional<String> integrationId) {
        return heads.known().byNo().values().stream()
                .filter(collection -> collection.entityType.equalsIgnoreCase(entityType))
                .filter(collection ->
                        integrationId.isEmpty() || integrationId.get().equals(collection.integrationId))
                .sorted(Comparator.comparing(collection -> collection.integrationId))
                .flatMap(collection -> touched(collection, entityId).stream())
                .toList();
    }

    private Optional<Touched> touched(EntityCollection collection, String entityId) {
        Latest entity = new Latest(collection, entityId);
        try (Connection connection = database.writer().getConnection()) {
            entities.prepare(connection);
            entities.find(connection, collection, Map.of(entityId, entity));
        } catch (SQLException e) {
            throw new DatabaseException("Cannot find an entity in the changelog: " + e.getMessage(), e);
        }
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT c.seq, c.operation, c.occurred_at, coalesce(c.scope, CASE c.operation WHEN "
                                + Operation.DELETED.code()
                                + " THEN c.previous_scope END) AS scope, a.at, a.stream, a.job_id"
                                + " FROM entity e JOIN change c ON c.seq = e.seq LEFT JOIN append a ON a.last_seq ="
                                + " (SELECT min(last_seq) FROM append WHERE last_seq >= c.seq)"
                                + " WHERE e.first_seq = :entity")
                .bind("entity", entity.first())
                .map((row, context) -> new Touched(
                        collection.integrationId,
                        collection.entityType,
                        entityId,
                        Optional.ofNullable(row.getString("scope")),
                        row.getLong("seq"),
                        Operation.of(row.getInt("operation")),
                        Instant.ofEpochMilli(row.getLong("occurred_at")),
                        Optional.ofNullable(row.getString("stream")).isPresent()
                                ? Optional.of(Instant.ofEpochMilli(row.getLong("at")))
                                : Optional.empty(),
                        Optional.ofNullable(row.getString("stream")),
                        Optional.ofNullable(row.getString("job_id"))))
                .findOne());
    }

    /** The highest sequence version of all, from memory; 0 for none. */
    public long head() {
        return heads.head();
    }

    /** Where a stream stands; empty before its first page. */
    public Optional<String> checkpoint(String integrationId, String stream) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT c.value FROM checkpoint c JOIN integration i ON i.no = c.integration_no"
                                + " WHERE i.id = :integration AND c.stream = :stream")
                .bind("integration", integrationId)
                .bind("stream", stream)
                .mapTo(String.class)
                .findOne());
    }

    /**
     * Forgets where an integration's streams stand and which of the upstream's own versions it has seen, so that its next job pulls
     * everything, also from an upstream that counts anew. What did not change is not appended again.
     *
     * @throws FencedException if the fence is older than the integration's
     */
    public void resetCheckpoints(String integrationId, long fence) {
        database.jdbi().useTransaction(handle -> {
            Fences.require(handle, database.dialect(), integrationId, fence);
            handle.createUpdate("DELETE FROM checkpoint WHERE integration_no ="
                            + " (SELECT no FROM integration WHERE id = :integration)")
                    .bind("integration", integrationId)
                    .execute();
            handle.createUpdate("UPDATE entity SET version = NULL WHERE version IS NOT NULL AND collection_no IN"
                            + " (SELECT c.no FROM collection c JOIN integration i ON i.no = c.integration_no"
                            + " WHERE i.id = :integration)")
                    .bind("integration", integrationId)
                    .execute();
        });
    }

    /** How many entities of an integration live, as far as is known of all its types. */
    public long livingCount(String integrationId) {
        return count(
                integrationId,
                "SELECT count(*) FROM entity WHERE digest IS NOT NULL AND collection_no IN (SELECT c.no FROM collection c"
                        + " JOIN integration i ON i.no = c.integration_no WHERE i.id = ?)");
    }

    /**
     * Removes what newer changes have made superfluous. Appends and reads go on meanwhile. Whoever reads without a cursor gets each
     * living entity as {@code created} first; a cursor from before a removed delete is answered with
     * {@link CursorException.Reason#EXPIRED}.
     *
     * @throws DatabaseException if the database fails; what was done until then is done, and the next run goes on from there
     */
    public Compacted compact(Retention retention) {
        return compaction.run(retention);
    }

    /**
     * Makes all cursors given out so far expire, for a changelog that was restored from a backup: it may give the numbers that they
     * stand for to other changes.
     */
    public void startNewGeneration() {
        try (Connection connection = database.writer().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE cursor_state SET generation = CASE WHEN generation < ? THEN ? ELSE generation + 1 END WHERE one = 1")) {
            // Not only the next number: the same backup may be restored again, and would begin that generation twice.
            long now = clock.millis();
            statement.setLong(1, now);
            statement.setLong(2, now);
            statement.executeUpdate();
            ChangelogSql.of(database.dialect()).announce(connection, Announcement.ANYTHING);
            heads.reload(connection);
        } catch (SQLException e) {
            throw new DatabaseException("Cannot start a new generation of the changelog: " + e.getMessage(), e);
        }
    }

    /** How many living entities of an integration are partial: a related entity was not yet known upstream. */
    public long partialCount(String integrationId) {
        return count(
                integrationId,
                "SELECT count(*) FROM entity WHERE partial AND collection_no IN (SELECT c.no FROM collection c"
                        + " JOIN integration i ON i.no = c.integration_no WHERE i.id = ?)");
    }

    /** The fence of an integration's newest lease; 0 for none. */
    public long fence(String integrationId) {
        return database.jdbi().withHandle(handle -> handle.createQuery("SELECT fence FROM integration WHERE id = :id")
                .bind("id", integrationId)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    /** How many records of an integration are in quarantine. */
    public long quarantinedCount(String integrationId) {
        return count(
                integrationId,
                "SELECT count(*) FROM quarantine q JOIN integration i ON i.no = q.integration_no WHERE i.id = ?");
    }

    /** By a connection that keeps no append waiting. */
    private long count(String integrationId, String sql) {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, integrationId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new DatabaseException("Cannot count in the changelog: " + e.getMessage(), e);
        }
    }

    /** Lets go of what it holds of its own; the database stays open. */
    @Override
    public void close() {
        closed = true;
        feedReader.close();
        listener.ifPresent(HeadListener::close);
    }
}
