package io.syncline;

import io.syncline.access.Access;
import io.syncline.access.AdminToken;
import io.syncline.access.AuditEndpoint;
import io.syncline.access.BuiltInToken;
import io.syncline.access.ExplainEndpoint;
import io.syncline.access.GrantsEndpoint;
import io.syncline.access.TokensEndpoint;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Retention;
import io.syncline.feed.ChangesEndpoint;
import io.syncline.graphql.GraphiqlEndpoint;
import io.syncline.graphql.GraphqlEndpoint;
import io.syncline.http.RouteServer;
import io.syncline.http.UnmatchedRequests;
import io.syncline.integration.Budgets;
import io.syncline.integration.EntityType;
import io.syncline.integration.Failures;
import io.syncline.integration.KnownSecrets;
import io.syncline.integration.Normaliser;
import io.syncline.integration.RouteFileException;
import io.syncline.integration.RouteFolder;
import io.syncline.integration.RouteWatch;
import io.syncline.integration.SourceBeans;
import io.syncline.integration.SourceFiles;
import io.syncline.integration.UpstreamClient;
import io.syncline.integration.UpstreamConnections;
import io.syncline.job.FullSyncs;
import io.syncline.job.Jobs;
import io.syncline.job.Replay;
import io.syncline.job.Retries;
import io.syncline.job.Schedules;
import io.syncline.management.IntegrationsEndpoint;
import io.syncline.management.JobsEndpoint;
import io.syncline.management.QuarantineEndpoint;
import io.syncline.management.ScheduleEndpoint;
import io.syncline.management.Sources;
import io.syncline.openapi.OpenApiEndpoint;
import io.syncline.operations.IntegrationStatus;
import io.syncline.operations.Metrics;
import io.syncline.operations.Operations;
import io.syncline.sandbox.Sandbox;
import io.syncline.sandbox.SandboxOptions;
import io.syncline.sell.DevicesEndpoint;
import io.syncline.sell.PageThreads;
import io.syncline.sell.SellEndpoint;
import io.syncline.sell.SellSync;
import io.syncline.storage.Database;
import io.syncline.storage.DatabaseException;
import io.syncline.storage.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole of Syncline, put together: opens the rooms in order, hands each what it needs, and closes them in reverse. */
public final class Syncline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Syncline.class);
    private static final int SECONDS_TO_STOP = 8;

    private final Settings settings;
    private final Runnable onSetBack;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile RouteFolder routes;

    private Syncline(Settings settings, Runnable onSetBack) {
        this.settings = settings;
        this.onSetBack = onSetBack;
    }

    /** Runs Syncline until it is told to stop, or the command that the first argument names. */
    public static void main(String[] args) throws InterruptedException {
        SynclineProgram.run(args);
    }

    /**
     * Starts everything and returns once it serves.
     *
     * @throws SettingsException if a setting cannot be used, naming it
     * @throws DatabaseException if the database cannot be used
     * @throws RouteFileException if a file of routes cannot be used, naming it, or an integration does not fit its source
     */
    public static Syncline start(Settings settings) {
        return start(settings, () -> {});
    }

    /** The same, with what to do if the database loses what was committed, as {@link Changelog#onSetBack} has it. */
    static Syncline start(Settings settings, Runnable onSetBack) {
        Syncline syncline = new Syncline(settings, onSetBack);
        try {
            syncline.open();
            return syncline;
        } catch (RuntimeException | Error failure) {
            syncline.close();
            throw failure;
        }
    }

    /** What is wrong with files of routes that were saved while it runs, by file; what they defined before runs on. */
    public Map<Path, String> refusedRoutes() {
        return routes == null ? Map.of() : routes.refused();
    }

    private void open() {
        Ports.check(settings.host(), settings.port(), "syncline.host", "syncline.port");
        Clock clock = Clock.systemUTC();
        makeDataFolder();
        if (settings.sandbox().enabled()) {
            startSandbox();
        }
        Database database = opened(Database.open(
                settings.database().url(),
                settings.database().user(),
                settings.database().password().value()));
        Changelog changelog = opened(Changelog.open(database, clock));
        changelog.onSetBack(onSetBack);
        Access access = opened(Access.open(changelog, database, clock, builtInTokens(), settings.limits()));
        Metrics metrics = opened(Metrics.create());
        Schedules schedules = Schedules.open(database, settings.integrations(), clock);
        routes = RouteFolder.open(settings.routes(), settings.integrations(), schedules::of);
        Failures failures = new Failures(clock);
        Budgets budgets = new Budgets(settings.integrations(), clock);
        UpstreamClient upstream = opened(new UpstreamClient(settings.upstreamTimeout(), budgets));
        UpstreamConnections connections = opened(new UpstreamConnections());
        KnownSecrets secrets = new KnownSecrets(settings.integrations());
        Normaliser normaliser = new Normaliser(routes);
        Jobs jobs = opened(Jobs.open(
                database,
                changelog,
                normaliser,
                failures,
                metrics::appended,
                thread -> {
                    upstream.abort(thread);
                    connections.abort(thread);
                },
                settings.integrations(),
                secrets,
                budgets,
                settings.jobs(),
                clock));

        metrics.watchJobs(settings.jobs().concurrent(), jobs::working, jobs::positions);

        Main camel = camel();
        camel.bind("dataSource", database.writer());
        camel.bind("changelog", changelog);
        camel.bind("retention", Retention.DEFAULT);
        camel.bind("access", access);
        camel.bind("tokens", new TokensEndpoint(access));
        camel.bind(
                "grants",
                new GrantsEndpoint(access, name -> routes.get().find(name).map(EntityType::name)));
        camel.bind("audit", new AuditEndpoint(access));
        camel.bind("explain", new ExplainEndpoint(access, changelog));
        camel.bind("jobs", new JobsEndpoint(access, settings.integrations(), jobs, sources(), clock));
        Replay replay = new Replay(
                changelog,
                normaliser,
                failures,
                metrics::appended,
                (id, stream, checkpoint) -> pull(camel.getCamelContext(), id, stream, checkpoint),
                clock);
        camel.bind(
                "quarantine",
                new QuarantineEndpoint(access, settings.integrations(), jobs, changelog.quarantine(), replay, secrets));
        camel.bind("changes", new ChangesEndpoint(access, changelog, routes, metrics.feed("rest"), clock));
        camel.bind("openApi", openApi(access));
        IntegrationBoard board = new IntegrationBoard(
                settings.integrations(),
                schedules::of,
                jobs,
                camel::getCamelContext,
                integration -> routes.refusal(integration)
                        .map(refusal -> new IntegrationStatus.RefusedFile(refusal.place(), refusal.reason())),
                clock);
        camel.bind("integrations", new IntegrationsEndpoint(access, settings.integrations(), jobs, board, schedules));
        camel.bind("schedule", new ScheduleEndpoint(access, settings.integrations(), jobs, schedules));
        Operations operations = opened(Operations.create(metrics, database, changelog, access, board, clock));
        camel.bind("health", operations.healthEndpoint());
        camel.bind("metrics", operations.metricsEndpoint());
        PageThreads pages = opened(new PageThreads());
        SellSync sell = opened(SellSync.open(database, changelog, routes, settings.sell(), pages, clock));
        camel.bind("sell", new SellEndpoint(sell, access, metrics.feed("sell")));
        camel.bind("devices", new DevicesEndpoint(sell, access, clock));
        camel.bind(
                "graphql",
                new GraphqlEndpoint(changelog, access, routes, settings.graphql(), metrics.feed("graphql")::served));
        camel.bind("graphiql", new GraphiqlEndpoint(Settings.SANDBOX_TOKEN));
        SourceBeans.of(upstream.http(), connections, failures, new SourceFiles(routes::query))
                .forEach(camel::bind);
        camel.bind("schedules", schedules);
        camel.bind("fullSyncs", new FullSyncs(jobs.commands()));
        camel.bind("sync", jobs.sync());
        camel.bind("turn", jobs.turn());
        camel.bind("rest", jobs.rest());
        camel.bind("retryTimer", jobs.retryTimer());
        camel.bind("jobThreads", jobs.threads());
        Retries retries = new Retries(secrets);
        camel.bind("obeyRetryAfter", (Processor) retries::obey);
        camel.bind("tellRetry", (Processor) retries::tell);
        RouteServer server = start(camel, routes, access, context -> {
            jobs.setUpClockwork(context);
            schedules.attach(context, jobs::lastCompleted);
        });
        metrics.watchConnections(server::connections, server::ended);
        CamelContext context = camel.getCamelContext();
        ProducerTemplate requests = context.createProducerTemplate();
        Consumer<Set<String>> asksForTurn = integrations -> integrations.stream()
                .filter(id -> context.getRoute(id + "-request") != null)
                .forEach(id -> requests.sendBody("direct:request-" + id, null));
        jobs.start(asksForTurn, requests);
        schedules.start(jobs::due);
        opened(RouteWatch.start(settings.routes(), routes, context, jobs.holds(), () -> server.holdRequests()::run));
        opened(jobs::stop);
        opened(schedules);
        operations.start();
    }

    /** One page, by an integration's route. */
    private static Object pull(CamelContext context, String integrationId, String stream, Optional<String> checkpoint) {
        try (FluentProducerTemplate producer = context.createFluentProducerTemplate()) {
            Exchange pulled = producer.withProcessor(exchange -> {
                        exchange.setProperty("integrationId", integrationId);
                        exchange.setProperty("stream", stream);
                        exchange.setProperty("checkpoint", checkpoint.orElse(null));
                    })
                    .to("direct:pull-" + integrationId)
                    .send();
            if (pulled.getException() != null) {
                throw new CamelExecutionException("not pulled", pulled, pulled.getException());
            }
            return pulled.getMessage().getBody();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Sources sources() {
        return new Sources() {
            @Override
            public Set<String> entityTypes(String source) {
                return routes.get().namesOf(source);
            }

            @Override
            public boolean namesOption(String source, String option) {
                return routes.names(source, option);
            }
        };
    }

    private OpenApiEndpoint openApi(Access access) {
        try {
            return OpenApiEndpoint.of(access, settings.routes().resolve("api/openapi.json"));
        } catch (IllegalArgumentException absent) {
            throw new SettingsException("syncline.routes: " + absent.getMessage());
        }
    }

    private void startSandbox() {
        Ports.check("127.0.0.1", settings.sandbox().port(), "syncline.host", "syncline.sandbox.port");
        opened(Sandbox.start(SandboxOptions.defaults()
                .withPort(settings.sandbox().port())
                .withToken(Settings.SANDBOX_TOKEN)
                .withChangesPerSecond(settings.sandbox().changesPerSecond())
                .withPlaneRequestsPerMinute(settings.sandbox().planeRequestsPerMinute())));
    }

    private Main camel() {
        Main camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        // Without it an open breaker passes the old message on as if it had been answered.
        camel.addInitialProperty("camel.resilience4j.throw-exception-when-half-open-or-open-state", "true");
        camel.addInitialProperty(
                "syncline.sandbox", Boolean.toString(settings.sandbox().enabled()));
        settings.camel().forEach(camel::addInitialProperty);
        camel.configure()
                .withName("syncline")
                .withBasePackageScanEnabled(false)
                .withRoutesCollectorEnabled(false)
                .withJmxEnabled(false)
                .withShutdownTimeout(SECONDS_TO_STOP);
        return camel;
    }

    private RouteServer start(Main camel, RouteFolder routes, Access access, Consumer<CamelContext> beforeStart) {
        opened(() -> camel.stop());
        camel.init();
        CamelContext context = camel.getCamelContext();
        beforeStart.accept(context);
        RouteServer server = addServer(context, access);
        routes.load(context);
        try {
            camel.start();
            return server;
        } catch (FailedToCreateRouteException failure) {
            throw routes.explain(failure);
        }
    }

    /** Protocols with an error form of their own have it also for what no route sees. */
    private RouteServer addServer(CamelContext context, Access access) {
        return RouteServer.addTo(
                context,
                new RouteServer.Options(
                        settings.host(),
                        settings.port(),
                        Math.max(settings.graphql().maxBodyBytes(), SellEndpoint.LONGEST_BODY),
                        settings.compression(),
                        settings.connections()),
                Map.of(
                        "/graphql",
                        error -> UnmatchedRequests.Refusal.json(error, GraphqlEndpoint.error(error)),
                        "/v2",
                        SellEndpoint::refusal),
                access::recognise);
    }

    private List<BuiltInToken> builtInTokens() {
        List<BuiltInToken> tokens = new ArrayList<>();
        try {
            tokens.add(AdminToken.load(settings.adminToken().map(Settings.Secret::value), settings.data()));
        } catch (IllegalArgumentException | UncheckedIOException unusable) {
            throw new SettingsException(unusable.getMessage());
        }
        if (settings.sandbox().enabled()) {
            tokens.add(BuiltInToken.sandbox());
        }
        return tokens;
    }

    private void makeDataFolder() {
        try {
            OwnerOnly.folder(settings.data());
        } catch (IOException impossible) {
            throw new SettingsException("syncline.data (SYNCLINE_DATA) is \"" + settings.data()
                    + "\", which cannot be made a folder: " + reason(impossible));
        }
    }

    /** Of these the message is only the path. */
    private static String reason(IOException impossible) {
        if (impossible instanceof FileAlreadyExistsException there) {
            return there.getFile() + " is a file";
        }
        return impossible instanceof AccessDeniedException denied
                ? "the user that runs Syncline may not make " + denied.getFile()
                : impossible.getMessage();
    }

    private <T extends AutoCloseable> T opened(T room) {
        opened.push(room);
        return room;
    }

    /** Stops within 10 seconds; the page in hand is finished. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failure) {
                LOG.warn("Not stopped cleanly: {}", failure.toString());
            }
        }
    }
}
