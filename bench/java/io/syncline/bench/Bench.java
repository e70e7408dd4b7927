package io.syncline.bench;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Page;
import io.syncline.storage.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs all benchmarks, in about four minutes on two cores, and prints the table of docs/performance.md. */
public final class Bench {

    private static final int CHANGES = 50_000;
    private static final int PAGE = 500;

    private final PrintStream out;
    private final Path folder;

    private Bench(PrintStream out, Path folder) {
        this.out = out;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("syncline-bench");
        try {
            new Bench(System.out, folder).run();
        } finally {
            delete(folder);
        }
        // The embedded server and Camel leave threads behind that would wait for nothing.
        System.exit(0);
    }

    private void run() throws Exception {
        out.printf(
                Locale.ROOT,
                "Java %s, %d cores, %s. Medians; a ratio is followed by its lowest and highest round.%n%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"));
        out.println("| workload | Syncline | plain | ratio | promised |");
        out.println("|---|---|---|---|---|");
        StartBench.Result start = StartBench.run(folder);
        out.printf(Locale.ROOT, "| start-up to the first answer | %.1f s | | | 5 s |%n", start.seconds());
        out.printf(
                Locale.ROOT,
                "| idle heap after a collection (resident) | %.0f MB (%.0f MB) | | | 150 MB |%n",
                start.heapMegabytes(),
                start.residentMegabytes());
        measure(
                Store.sqlite(folder, "append.db"),
                Store.sqlite(folder, "plain.db"),
                Store.sqlite(folder, "catch-up.db"),
                true);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("shared_buffers", "256MB")
                .start()) {
            measure(postgres(server, "append"), postgres(server, "plain"), postgres(server, "catchup"), false);
        }
    }

    private void measure(Store append, Store plain, Store catchUp, boolean idle) throws Exception {
        row("append, " + append.name(), "rows/s", AppendBench.run(append, plain), "0.6");
        long changes = fill(catchUp);
        int port = FreePort.next();
        Path routes = ConstantRoutes.copiedTo(Files.createDirectories(folder.resolve("routes-" + catchUp.name())));
        Map<String, String> properties = new HashMap<>(Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", folder.resolve("data-" + catchUp.name()).toString(),
                "syncline.routes", routes.toString(),
                "syncline.db.url", catchUp.url(),
                "syncline.db.user", catchUp.user(),
                "syncline.db.password", catchUp.password(),
                "syncline.admin.token", Requests.TOKEN));
        Store rows = catchUp.url().startsWith("jdbc:sqlite") ? filledCopy() : catchUp;
        Syncline syncline = Syncline.start(Settings.of(properties));
        try (Database database = rows.open()) {
            catchUp("plain feed", catchUp.name(), database, port, Requests::feed, changes, "0.5");
            catchUp("GraphQL, all fields", catchUp.name(), database, port, Requests::graphql, changes, "0.3");
            out.printf(
                    Locale.ROOT,
                    "| a constant body of 230 kB by the same way | | %,.0f changes/s | | |%n",
                    CatchUpBench.constantPages(port, 100) * PAGE);
            if (idle) {
                IdleBench.Result polls = IdleBench.run(port);
                row("idle GraphQL polls, 1,000 cursors", "polls/s", polls.rates(), "0.7");
                out.printf(
                        Locale.ROOT,
                        "| their 99th percentile | %.2f ms | %.2f ms | | |%n",
                        polls.p99Millis(),
                        polls.plainP99Millis());
            }
        } finally {
            syncline.close();
        }
    }

    private void catchUp(
            String protocol,
            String store,
            Database database,
            int port,
            Function<String, byte[]> request,
            long changes,
            String promised)
            throws Exception {
        Rounds.Result result = CatchUpBench.run(database, port, request, changes);
        String name = String.format(
                Locale.ROOT,
                "catch-up, %s, %s, pages of %d kB",
                protocol,
                store,
                CatchUpBench.pageSize(port, request) / 1000);
        row(name, "changes/s", result, promised);
    }

    private void row(String workload, String unit, Rounds.Result result, String promised) {
        out.printf(
                Locale.ROOT,
                "| %s | %,.0f %s | %,.0f | %.2f (%.2f-%.2f) | %s |%n",
                workload,
                result.ours(),
                unit,
                result.plain(),
                result.ratio(),
                result.lowest(),
                result.highest(),
                promised);
    }

    /** A changelog with so many forms, and another integration with one page of them. */
    private static long fill(Store store) {
        try (Database database = store.open();
                Changelog changelog = Changelog.open(database, Clock.systemUTC())) {
            for (Page page : new Records(1).pages(CHANGES / PAGE, PAGE)) {
                changelog.append(page);
            }
            Page one = new Records(2).pages(1, PAGE).get(0);
            changelog.append(
                    new Page("quiet", "forms", 0, Optional.empty(), one.observed(), List.of(), one.checkpoint()));
        }
        return CHANGES;
    }

    /** A file is held by one process's one user, so the plain reader gets its own. */
    private Store filledCopy() {
        Store copy = Store.sqlite(folder, "rows.db");
        fill(copy);
        return copy;
    }

    private static Store postgres(EmbeddedPostgres server, String name) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return new Store(
                "PostgreSQL", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + name, "postgres", "postgres");
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
