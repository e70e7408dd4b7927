package io.syncline;

import io.syncline.access.AccessLimits;
import io.syncline.graphql.GraphqlSettings;
import io.syncline.http.ConnectionLimits;
import io.syncline.integration.IntegrationSettings;
import io.syncline.job.JobLimits;
import io.syncline.operations.LogFormat;
import io.syncline.operations.LogLevel;
import io.syncline.sell.SellSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Everything that can be set, read once at start. One rule for all: a property in {@code application.properties} is overridden by the
 * environment variable of its name (dots and dashes as underscores, in capitals), and that by the system property of its name.
 *
 * @param port where the API is served; set to 0, a free port is chosen
 * @param compression whether answers are compressed for clients that ask for it
 * @param connections of the clients of the API
 * @param data the folder for the embedded database and what else is kept; made if it is not there
 * @param routes the folder of Camel routes, sources among them
 * @param log what is written to the console, and how
 * @param adminToken the first admin token; empty generates one
 * @param sell of the Sell protocol
 * @param jobs what jobs may take
 * @param limits of what a token may ask for
 * @param upstreamTimeout how long an upstream may be silent
 * @param graphql what a GraphQL request may ask for
 * @param integrations enabled and disabled ones, the sandbox's among them
 * @param camel properties that begin with {@code camel.}, handed to Camel as they are
 * @param unknownVariables environment variables that begin with {@code SYNCLINE_} and mean nothing here
 */
public record Settings(
        String host,
        int port,
        boolean compression,
        ConnectionLimits connections,
        Path data,
        Path routes,
        DatabaseSettings database,
        Log log,
        Optional<Secret> adminToken,
        Sandbox sandbox,
        SellSettings sell,
        JobLimits jobs,
        AccessLimits limits,
        Duration upstreamTimeout,
        GraphqlSettings graphql,
        List<IntegrationSettings> integrations,
        Map<String, String> camel,
        List<String> unknownVariables) {

    /** Where everything durable is. */
    public record DatabaseSettings(String url, String user, Secret password) {}

    /**
     * The sandbox upstream.
     *
     * @param changesPerSecond how many changes each upstream makes of itself; 0 for none
     * @param planeRequestsPerMinute how many requests Plane allows
     */
    public record Sandbox(boolean enabled, int port, int changesPerSecond, int planeRequestsPerMinute) {}

    /** What is written to the console, and how. */
    public record Log(LogFormat format, LogLevel level) {

        /** From now on, the log is written so. */
        void apply() {
            format.apply();
            level.apply();
        }
    }

    /** A value that must not be printed. */
    public record Secret(String value) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** The token that the sandbox's upstreams ask for and, with the sandbox on, Syncline accepts. */
    public static final String SANDBOX_TOKEN = "sandbox0".repeat(8);

    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads {@code application.properties} of the working directory, where there is one, the environment and the system properties.
     *
     * @throws SettingsException naming every property at fault
     */
    public static Settings load() {
        Properties system = System.getProperties();
        Map<String, String> systemProperties = new TreeMap<>();
        for (String name : system.stringPropertyNames()) {
            systemProperties.put(name, system.getProperty(name));
        }
        return read(Path.of("application.properties"), System.getenv(), systemProperties);
    }

    /**
     * As {@link #load()}, from what is given.
     *
     * @throws SettingsException naming every property at fault
     */
    public static Settings read(Path file, Map<String, String> environment, Map<String, String> systemProperties) {
        return read(properties(file), environment, systemProperties);
    }

    /** Settings from properties alone, as a test wants them. */
    public static Settings of(Map<String, String> properties) {
        return read(properties, Map.of(), Map.of());
    }

    private static Settings read(
            Map<String, String> file, Map<String, String> environment, Map<String, String> systemProperties) {
        PropertySource source = new PropertySource(file, environment, systemProperties);
        String host = source.text("syncline.host", "127.0.0.1");
        int port = Ports.orFree(source.number("syncline.port", 8080, 0, HIGHEST_PORT), host);
        boolean compression = source.flag("syncline.http.compression", false);
        ConnectionLimits usualConnections = ConnectionLimits.usual();
        ConnectionLimits connections = new ConnectionLimits(
                source.number("syncline.http.max-connections", usualConnections.most(), 1, 1_000_000),
                seconds(source, "syncline.http.idle-timeout", usualConnections.idle()),
                seconds(source, "syncline.http.request-timeout", usualConnections.request()),
                seconds(source, "syncline.http.answer-timeout", usualConnections.answer()),
                usualConnections.unread(),
                usualConnections.longBodies());
        Path data = Path.of(source.text("syncline.data", "data"));
        Path routes = Path.of(source.text("syncline.routes", "routes"));
        DatabaseSettings database = new DatabaseSettings(
                source.text("syncline.db.url", "jdbc:sqlite:" + data.resolve("syncline.db")),
                source.text("syncline.db.user", ""),
                new Secret(source.text("syncline.db.password", "")));
        Log log = new Log(
                source.choice("syncline.log.format", LogFormat.PLAIN, LogFormat.class),
                source.choice("syncline.log.level", LogLevel.INFO, LogLevel.class));
        Optional<Secret> adminToken = source.text("syncline.admin.token").map(Secret::new);
        Sandbox sandbox = new Sandbox(
                source.flag("syncline.sandbox", false),
                Ports.orFree(source.number("syncline.sandbox.port", 8081, 0, HIGHEST_PORT), host),
                source.number("syncline.sandbox.changes-per-second", 5, 0, 10_000),
                source.number("syncline.sandbox.plane-requests-per-minute", 600, 1, 1_000_000));
        SellSettings usual = SellSettings.usual();
        SellSettings sell = new SellSettings(
                source.number("syncline.sell.page-size", usual.pageSize(), 1, 10_000),
                source.number("syncline.sell.device-limit", usual.deviceLimit(), 1, 1_000_000));
        AccessLimits unlimited = AccessLimits.usual();
        AccessLimits limits = new AccessLimits(
                source.number("syncline.access.requests-per-second", unlimited.requestsPerSecond(), 0, 1_000_000),
                source.number("syncline.access.failures-per-minute", unlimited.failuresPerMinute(), 0, 1_000_000));
        JobLimits usualJobs = JobLimits.usual();
        JobLimits jobs = new JobLimits(
                source.number("syncline.jobs.concurrent", usualJobs.concurrent(), 1, 1_000),
                Duration.ofSeconds(source.number(
                        "syncline.jobs.timeout", (int) usualJobs.timeout().toSeconds(), 1, 30 * 24 * 60 * 60)));
        Duration upstreamTimeout = Duration.ofSeconds(source.number("syncline.upstream.timeout", 30, 1, 3_600));
        GraphqlSettings graphql = GraphqlProperties.read(source, sandbox.enabled());
        List<IntegrationSettings> integrations = new IntegrationProperties(source, defaults(sandbox)).read();
        source.check();
        Map<String, String> camel = new TreeMap<>();
        source.startingWith("camel.").values().forEach(property -> source.text(property)
                .ifPresent(value -> camel.put(property, value)));
        return new Settings(
                host,
                port,
                compression,
                connections,
                data,
                routes,
                database,
                log,
                adminToken,
                sandbox,
                sell,
                jobs,
                limits,
                upstreamTimeout,
                graphql,
                integrations,
                camel,
                source.unknownVariables());
    }

    private static Duration seconds(PropertySource source, String property, Duration otherwise) {
        return Duration.ofSeconds(source.number(property, (int) otherwise.toSeconds(), 1, 24 * 60 * 60));
    }

    /** With the sandbox on, its integrations are there without being configured. */
    private static Map<String, Map<String, String>> defaults(Sandbox sandbox) {
        if (!sandbox.enabled()) {
            return Map.of();
        }
        String upstreams = "http://127.0.0.1:" + sandbox.port();
        return Map.of(
                "letsbuild-sandbox",
                Map.of(
                        "source", "letsbuild",
                        "name", "LetsBuild sandbox",
                        "interval", "5",
                        "url", upstreams + "/letsbuild/graphql",
                        "token", SANDBOX_TOKEN),
                "sell-sandbox",
                Map.of(
                        "source", "sell",
                        "name", "Sell sandbox",
                        "interval", "5",
                        "url", upstreams + "/sell",
                        "token", SANDBOX_TOKEN),
                "plane-sandbox",
                Map.of(
                        "source", "plane",
                        "name", "Plane sandbox",
                        "interval", "30",
                        "full-cron", "0 0/10 * * * ?",
                        // Comments take a request for each work item: ten minutes of what the sandbox allows.
                        "streams", "projects,states,labels,cycles,modules,workItems",
                        "url", upstreams + "/plane",
                        "workspace", "syncline",
                        "token", SANDBOX_TOKEN));
    }

    private static Map<String, String> properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException absent) {
            return Map.of();
        } catch (MalformedInputException notUtf8) {
            throw new SettingsException(file + " is not UTF-8 text");
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new SettingsException(file + " cannot be read: " + unreadable.getMessage());
        }
        Map<String, String> read = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> read.put(name, properties.getProperty(name)));
        return read;
    }
}
