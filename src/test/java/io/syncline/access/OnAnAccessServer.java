package io.syncline.access;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests that share a server with the management of tokens and grants. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnAnAccessServer {

    AccessServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = AccessServer.ofTokens(folder);
    }

    @AfterAll
    void stop() {
        server.close();
    }
}
