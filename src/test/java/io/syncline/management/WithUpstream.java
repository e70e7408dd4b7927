package io.syncline.management;

import io.syncline.pull.ScriptedUpstream;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub in front of an upstream that a test scripts, both closed after it. */
abstract class WithUpstream {

    @TempDir
    Path folder;

    final ScriptedUpstream upstream = new ScriptedUpstream();
    /** Of the hub that is to be started. */
    final Map<String, String> properties = new HashMap<>();

    Hub hub;

    /** Adds an integration that pulls projects from a path of the upstream, of its own name. */
    final void integrate(String id, ScriptedUpstream.Script script) {
        upstream.script(id, script);
        properties.putAll(Hub.integration(id, upstream.url(id), "project"));
    }

    final void start(Database.Dialect dialect) {
        hub = Hub.start(folder, TestDatabase.of(dialect, folder), properties);
    }

    @AfterEach
    final void closeBoth() {
        upstream.close();
        hub.close();
    }
}
