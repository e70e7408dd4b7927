package io.syncline.sell;

import io.syncline.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests that share a hub on SQLite, which is empty at the beginning of each, and a client of it. */
abstract class OnASellHub {

    static SellHub hub;

    SellClient client;

    private final SellSettings settings;

    OnASellHub(SellSettings settings) {
        this.settings = settings;
    }

    @BeforeAll
    static void startHub() throws Exception {
        hub = SellHub.start(Database.Dialect.SQLITE);
    }

    @BeforeEach
    void beginAnew() {
        hub.beginAnew(settings);
        client = hub.client("sales");
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    Wire.Answer send(String methodAndPath, String... more) throws Exception {
        return Wire.send(hub.port(), client.head(methodAndPath, more), Wire.NOTHING);
    }

    Wire.Answer send(String methodAndPath, UnaryOperator<String> edit) throws Exception {
        List<String> head = new ArrayList<>(client.head(methodAndPath, "Content-Length: 0"));
        head.replaceAll(edit);
        return Wire.send(hub.port(), head, Wire.NOTHING);
    }
}
