package io.syncline.sell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.access.Access;
import io.syncline.access.AccessLimits;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.http.TestHttpServer;
import io.syncline.integration.EntityTypes;
import io.syncline.operations.Metrics;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import io.syncline.storage.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** A hub that speaks Sell, over a real database and real HTTP. */
final class SellHub implements AutoCloseable {

    static final String INTEGRATION = "crm";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LONGEST_BODY = SellEndpoint.LONGEST_BODY;

    final SetClock clock = new SetClock();
    private final EntityTypes declared = EntityTypes.load(Path.of("routes/sources"));
    private final Database.Dialect dialect;
    private final Metrics metrics = Metrics.create();
    private final TestHttpServer server;
    private volatile EntityTypes types = declared;
    private SellSettings settings = SellSettings.usual();
    private AccessLimits limits = AccessLimits.usual();
    /** Every page is made as early as can be. */
    private Executor ahead = Runnable::run;

    private Database database;
    private SellSync sync;
    private Changelog changelog;
    private Access access;
    private SellEndpoint endpoint;
    private DevicesEndpoint devices;

    private SellHub(Database.Dialect dialect) throws Exception {
        this.dialect = dialect;
        server = TestHttpServer.serving(
                "routes/api/sell.camel.yaml",
                Map.of("sell", new Sell(), "devices", new Listed()),
                LONGEST_BODY,
                Map.of("/v2", SellEndpoint::refusal));
    }

    /** Serves on a free port; {@link #beginAnew} comes next. */
    static SellHub start(Database.Dialect dialect) throws Exception {
        return new SellHub(dialect);
    }

    /** The beans of the routes, which go on with whatever is open at the time. */
    public final class Sell {
        public void start(Exchange exchange) {
            endpoint.start(exchange);
        }

        public void next(Exchange exchange) {
            endpoint.next(exchange);
        }

        public void acknowledge(Exchange exchange) {
            endpoint.acknowledge(exchange);
        }
    }

    /** As {@link Sell}. */
    public final class Listed {
        public void list(Exchange exchange) {
            devices.list(exchange);
        }

        public void deactivate(Exchange exchange) {
            devices.deactivate(exchange);
        }
    }

    /** Goes on with others to make pages before they are asked for, as after a restart. */
    void restart(Executor with) {
        ahead = with;
        restart();
    }

    /** Goes on with an empty database. */
    void beginAnew(SellSettings with) {
        closeRooms();
        settings = with;
        limits = AccessLimits.usual();
        ahead = Runnable::run;
        types = declared;
        database = SharedDatabase.empty(dialect);
        open();
    }

    /** What was only in memory is gone, as after a kill. */
    void restart() {
        closeRooms();
        open();
    }

    /** Goes on with other limits, as after a restart. */
    void restart(AccessLimits with) {
        limits = with;
        restart();
    }

    private void open() {
        changelog = Changelog.open(database, clock);
        access = Access.open(changelog, database, clock, List.of(), limits);
        sync = SellSync.open(database, changelog, () -> types, settings, ahead, clock);
        endpoint = new SellEndpoint(sync, access, metrics.feed("sell"));
        devices = new DevicesEndpoint(sync, access, clock);
    }

    private void closeRooms() {
        if (changelog != null) {
            sync.close();
            access.close();
            changelog.close();
        }
    }

    /** What a test does meanwhile. */
    interface Meanwhile {
        void run() throws Exception;
    }

    /** Its database does not answer meanwhile. */
    void losingTheDatabase(Meanwhile meanwhile) throws Exception {
        SellEndpoint working = endpoint;
        Database lost = TestDatabase.sqlite(Files.createTempDirectory("lost")).open();
        Changelog lostLog = Changelog.open(lost, clock);
        lostLog.append(
                new Page(INTEGRATION, "main", 1, Optional.empty(), List.of(lead(1, "x")), List.of(), Optional.empty()));
        lost.close();
        SellSync sync = SellSync.open(lost, lostLog, () -> types, settings, ahead, clock);
        endpoint = new SellEndpoint(sync, access, metrics.feed("sell"));
        try {
            meanwhile.run();
        } finally {
            endpoint = working;
        }
    }

    /** The sources now declare other types. */
    void declare(EntityTypes others) {
        types = others;
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
        closeRooms();
        metrics.close();
    }
}
