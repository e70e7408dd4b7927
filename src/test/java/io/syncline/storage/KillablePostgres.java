package io.syncline.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A PostgreSQL of one's own, to be killed without a farewell and started again on what it left. */
public final class KillablePostgres implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private EmbeddedPostgres server;
    /** Any that is free, at first. */
    private int port;

    public KillablePostgres(Path folder) throws IOException {
        this.folder = folder;
        this.server = builder().start();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(PATIENCE)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on");
    }

    public TestDatabase database() {
        return new TestDatabase(
                server.getJdbcUrl("postgres", "postgres"), PostgresServer.USER, PostgresServer.PASSWORD);
    }

    public void killAndRestart() throws IOException, InterruptedException {
        kill();
        restart();
    }

    public void kill() throws IOException, InterruptedException {
        port = server.getPort();
        server.getProcess().toHandle().destroyForcibly();
        server.getProcess().waitFor();
        server.close();
    }

    /** Where it was before. */
    public void restart() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                server = builder().start();
                return;
            } catch (IOException | IllegalStateException e) {
                // Its orphaned children need a moment to notice.
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
