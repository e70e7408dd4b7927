package io.syncline.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

/** What workloads run on: databases and running hubs, made when first asked for and gone afterwards. For use by one thread. */
final class Setup implements AutoCloseable {

    private final Path folder;
    private final Map<Store.Kind, Hub> hubs = new EnumMap<>(Store.Kind.class);
    private EmbeddedPostgres server;

    private Setup(Path folder) {
        this.folder = folder;
    }

    static Setup create() throws IOException {
        return new Setup(Files.createTempDirectory("syncline-bench"));
    }

    /** A folder of its own for a workload. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** An empty database of its own. */
    Store store(Store.Kind kind, String name) throws IOException, SQLException {
        return switch (kind) {
            case SQLITE -> new Store(kind, "jdbc:sqlite:" + folder.resolve(name + ".db"), "", "");
            case POSTGRESQL -> {
                if (server == null) {
                    server = EmbeddedPostgres.builder()
                            .setServerConfig("shared_buffers", "256MB")
                            // As a server is by default, and this one for tests is not.
                            .setServerConfig("synchronous_commit", "on")
                            .start();
                }
                try (Connection connection = server.getPostgresDatabase().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("CREATE DATABASE \"" + name + '"');
                }
                String url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + name;
                yield new Store(kind, url, "postgres", "postgres");
            }
        };
    }

    /** A running Syncline over a filled changelog, shared by all workloads that only read. */
    Hub hub(Store.Kind kind) throws IOException, SQLException {
        Hub hub = hubs.get(kind);
        if (hub == null) {
            hub = Hub.start(this, kind);
            hubs.put(kind, hub);
        }
        return hub;
    }

    @Override
    public void close() throws IOException {
        hubs.values().forEach(Hub::close);
        if (server != null) {
            server.close();
        }
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
