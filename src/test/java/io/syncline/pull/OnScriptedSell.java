package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedSell.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A Syncline that pulls from a scripted Sell, each account as an integration of its name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnScriptedSell {

    private static final Set<String> UNFINISHED = Set.of("queued", "running", "stopping");
    private static final String ADMIN = "a".repeat(64);

    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private final ScriptedSell sell = new ScriptedSell();
    private final HttpClient http = HttpClient.newHttpClient();
    private Syncline syncline;
    /** What Syncline has stored. */
    SyncedData data;

    /** Makes the accounts that there are. */
    abstract void makeAccounts();

    @BeforeAll
    void startEverything(@TempDir Path folder) {
        data = new SyncedData(folder);
        properties.put("syncline.port", Integer.toString(freePort()));
        properties.put("syncline.admin.token", ADMIN);
        properties.put("syncline.data", folder.toString());
        makeAccounts();
        syncline = Syncline.start(Settings.of(properties));
    }

    @AfterAll
    void stopEverything() {
        syncline.close();
        sell.close();
    }

    final void restart() {
        syncline.close();
        syncline = Syncline.start(Settings.of(properties));
    }

    final Account account(String name) {
        return accounts.get(name);
    }

    /** Adds an account that is synced every second. */
    final Account add(String name, ScriptedSell.Mishaps mishaps) {
        String prefix = "syncline.integration." + name + ".";
        properties.put(prefix + "source", "sell");
        properties.put(prefix + "interval", "1");
        properties.put(prefix + "url", sell.url(name));
        // One of its own: who is throttled waits with all that have the same.
        properties.put(prefix + "token", "t0ken-" + name);
        Account account = sell.account(name, mishaps);
        accounts.put(name, account);
        return account;
    }

    /** Adds one in which nothing goes wrong. */
    final Account add(String name) {
        return add(name, asked -> Optional.empty());
    }

    /** Lets an account be synced when it is asked for only. */
    final void onRequest(String name) {
        properties.put("syncline.integration." + name + ".interval", "86400");
    }

    static Account fiveLeads(Account account) {
        for (int id = 1; id <= 5; id++) {
            account.put("lead " + id, "{\"id\":" + id + ",\"last_name\":\"Lead " + id + "\"}");
        }
        return account;
    }

    final void awaitAcknowledged(String name) {
        Waiting.until(name + " to be acknowledged, its jobs are " + data.jobs(name), () -> Optional.of(name)
                .filter(n -> account(n).allAcknowledged()));
    }

    final String lastName(String integration) {
        return data.entities(integration, "lead").get("1").path("last_name").textValue();
    }

    /** Runs a job to its end. */
    final void sync(String integration, String type) throws Exception {
        Waiting.until(
                "a turn for " + type, () -> Optional.of(post(integration, type)).filter(status -> status == 200));
        Waiting.until(type + " to end", () -> Optional.of(data.jobs(integration))
                .filter(jobs -> jobs.stream().noneMatch(job -> UNFINISHED.contains(job.status()))));
        assertThat(data.jobs(integration))
                .allSatisfy(job -> assertThat(job.status()).isEqualTo("completed"));
    }

    /** What Syncline answers to a POST, or to a GET where there is no body. */
    final String ask(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (!body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + properties.get("syncline.port") + path))
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json");
    }

    private int post(String integration, String type) {
        try {
            return http.send(
                            request("/api/sync/jobs")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"integrationId\":\"" + integration + "\",\"type\":\"" + type + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
