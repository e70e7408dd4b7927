package io.syncline.sell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.access.Access;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.http.TestHttpServer;
import io.syncline.integration.EntityTypes;
import io.syncline.operations.Metrics;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** A hub that speaks Sell, over a real database and real HTTP. */
final class SellHub implements AutoCloseable {

    static final String INTEGRATION = "crm";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LONGEST_BODY = 10L * 1024 * 1024;

    final SetClock clock = new SetClock();
    private final TestDatabase where;
    private final SellSettings settings;
    private final EntityTypes types;
    private Database database;
    private Changelog changelog;
    private Access access;
    private Metrics metrics;
    private SellSync sync;
    private TestHttpServer server;

    SellHub(TestDatabase where, SellSettings settings) throws Exception {
        this(where, settings, EntityTypes.load(Path.of("routes/sources")));
    }

    SellHub(TestDatabase where, SellSettings settings, EntityTypes types) throws Exception {
        this.where = where;
        this.settings = settings;
        this.types = types;
        open();
    }

    private void open() throws Exception {
        database = where.open();
        changelog = Changelog.open(database, clock);
        access = Access.open(database, clock, List.of());
        metrics = Metrics.create();
        sync = SellSync.open(database, changelog, () -> types, settings, clock);
        server = TestHttpServer.serving(
                "routes/api/sell.camel.yaml",
                Map.of("sell", new SellEndpoint(sync, access, settings, metrics.feed("sell"), clock)),
                LONGEST_BODY);
    }

    /** Stops and starts it anew; what was only in memory is gone. */
    void restart() throws Exception {
        close();
        open();
    }

    int port() {
        return server.port();
    }

    Changelog changelog() {
        return changelog;
    }

    Database database() {
        return database;
    }

    /** A token that may read feeds, of a principal that sees everything. */
    String token(String principal) {
        if (access.grants(Optional.of(principal)).isEmpty()) {
            access.grant(principal, "*");
        }
        return access.issue(principal, Set.of(TokenScope.SYNC)).secret();
    }

    Access access() {
        return access;
    }

    /** A client of a new token and device. */
    SellClient client(String principal) {
        return new SellClient(this, token(principal));
    }

    void append(Observed... observed) {
        append(INTEGRATION, List.of(observed));
    }

    void append(String integrationId, List<Observed> observed) {
        changelog.append(new Page(integrationId, "main", 1, Optional.empty(), observed, List.of(), Optional.empty()));
    }

    static Observed lead(long id, String lastName) {
        return present("lead", Long.toString(id), "{\"id\":" + id + ",\"last_name\":\"" + lastName + "\"}");
    }

    static Stream<Observed> leads(long from, long to) {
        return Stream.iterate(from, id -> id <= to, id -> id + 1).map(id -> lead(id, "Lead " + id));
    }

    static Observed present(String type, String id, String json) {
        return new Observed.Present(
                type, id, Snapshot.of(json(json)), Optional.empty(), OptionalLong.empty(), false, Optional.empty());
    }

    static Observed gone(String type, long id) {
        return new Observed.Gone(type, Long.toString(id), Optional.empty());
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
        access.close();
        changelog.close();
        database.close();
    }
}
