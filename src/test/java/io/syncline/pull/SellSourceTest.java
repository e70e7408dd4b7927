package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.pull.ScriptedSell.Account;
import io.syncline.pull.ScriptedSell.Asked;
import io.syncline.pull.ScriptedSell.Mishap;
import io.syncline.pull.SyncedData.JobRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Sell service may do wrong, each done to an integration of its own, all of one running Syncline. */
final class SellSourceTest {

    private static final String PAGE_WITHOUT_ITEMS =
            "{\"items\":[],\"meta\":{\"type\":\"collection\",\"count\":0,\"count_left\":5}}";
    /** By integration, what goes wrong once, at which request. */
    private static final Map<String, Mishap> ONCE = new LinkedHashMap<>();

    static {
        ONCE.put("start-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("start-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("get-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("get-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("ack-lost-on-the-way", Mishap.dropBefore());
        ONCE.put("ack-lost-on-the-way-back", Mishap.dropAfter());
        ONCE.put("get-failed", Mishap.answer(500, ""));
        ONCE.put("get-throttled-without-a-word", Mishap.answer(429, ""));
        ONCE.put("start-throttled-by-redirect", Mishap.redirect("https://api.example/429.json"));
        ONCE.put("get-throttled-as-not-found", Mishap.answer(404, "No route matches [GET] \"/429.json\""));
        ONCE.put("get-empty-in-mid-flow", Mishap.answer(200, PAGE_WITHOUT_ITEMS));
        ONCE.put("get-truncated", Mishap.answer(200, "{\"items\":[{\"data\":{\"id\":1"));
        ONCE.put("get-a-web-page", Mishap.answer(200, "<!doctype html><title>Maintenance</title>"));
        ONCE.put("ack-failed", Mishap.answer(503, "{}"));
    }

    @TempDir
    private static Path folder;

    private static final Map<String, Account> ACCOUNTS = new HashMap<>();
    private static final List<String> TOO_EARLY = new CopyOnWriteArrayList<>();
    private static final Map<String, String> PROPERTIES = new HashMap<>();

    private static volatile String refusedDevice = "";
    /** Whether the second page of each device that begins now gets lost, until it is another's turn. */
    private static volatile boolean drops;

    private static final String ADMIN = "a".repeat(64);

    private static ScriptedSell sell;
    private static Syncline syncline;
    private static SyncedData data;

    @BeforeAll
    static void startEverything() {
        sell = new ScriptedSell();
        data = new SyncedData(folder);
        ONCE.forEach((name, mishap) -> {
            String what = name.substring(0, name.indexOf('-'));
            int at = what.equals("get") ? 2 : 1;
            fiveLeads(account(name, asked -> Optional.of(mishap)
                    .filter(now -> asked.what().equals(what) && asked.number() == at)));
        });
        fiveLeads(account("committed-first", asked -> {
            int acknowledged = asked.what().equals("ack") ? Math.min(5, 2 * asked.number()) : 0;
            if (data.entities("committed-first", "lead").size() < acknowledged) {
                TOO_EARLY.add(asked.toString());
            }
            return Optional.empty();
        }));
        fiveLeads(account(
                "never-ending",
                asked -> asked.what().equals("get") && asked.number() <= 12
                        ? Optional.of(Mishap.answer(200, PAGE_WITHOUT_ITEMS))
                        : Optional.empty()));
        fiveLeads(account(
                "refusing-the-device",
                asked -> asked.what().equals("start") && asked.device().equals(refusedDevice)
                        ? Optional.of(Mishap.answer(400, "{\"errors\":[{\"error\":{\"code\":\"invalid_header\"}}]}"))
                        : Optional.empty()));
        account("poisoned", asked -> Optional.empty())
                .put("lead 1", "{\"id\":1,\"last_name\":\"One\"}")
                .put("lead 2", "{\"id\":2,\"last_name\":{\"text\":\"Two\"}}")
                .put("lead 3", "{\"last_name\":\"Three\"}")
                .put("lead 4", "\"<lead>\"")
                .put("lead 5", "{\"id\":5,\"created_at\":1356642000}")
                .put("lead 6", "{\"id\":6,\"last_name\":\"Six\"}");
        Account unknown = account("unknown-types", asked -> Optional.empty());
        for (int id = 1; id <= 20; id++) {
            unknown.put("gadget " + id, "{\"id\":" + id + "}");
        }
        unknown.put("lead 1", "{\"id\":1,\"last_name\":\"One\",\"shoe_size\":46}");
        account("failing", asked -> Optional.empty())
                .put("lead 1", "{\"id\":1,\"last_name\":\"One\"}")
                .failing("[{\"type\":\"lead\",\"id\":7,\"message\":\"cannot be rendered\"}]");
        account("shapes", asked -> Optional.empty())
                .put(
                        "associated_contact 1",
                        "{\"deal_id\":11,\"contact_id\":12,\"role\":\"involved\",\"created_at\":\"2014-08-27T16:32:56Z\"}")
                .put("line_item 1", "{\"order_id\":5,\"line_item_id\":9007199254740993,\"value\":\"1000.99\"}")
                .put(
                        "deal 1",
                        "{\"id\":1,\"value\":\"1000.990\",\"custom_fields\":{\"Size\":\"12\"},\"tags\":[\"a\"]}");
        fiveLeads(account("deleting", asked -> Optional.empty())).delete("lead 9");
        fiveLeads(account("again-and-again", asked -> Optional.empty()));
        fiveLeads(account("whole-lost-on-the-way", asked -> {
            Optional<Mishap> drop = Optional.of(Mishap.dropAfter())
                    .filter(mishap -> drops && asked.what().equals("get") && asked.number() == 6);
            return drop;
        }));
        fiveLeads(account("north", asked -> Optional.empty())).put("lead 1", "{\"id\":1,\"last_name\":\"North\"}");
        fiveLeads(account("south", asked -> Optional.empty())).put("lead 1", "{\"id\":1,\"last_name\":\"South\"}");

        for (String name : List.of("again-and-again", "whole-lost-on-the-way")) {
            PROPERTIES.put("syncline.integration." + name + ".interval", "86400");
        }
        PROPERTIES.put("syncline.port", Integer.toString(freePort()));
        PROPERTIES.put("syncline.admin.token", ADMIN);
        PROPERTIES.put("syncline.data", folder.toString());
        syncline = Syncline.start(Settings.of(PROPERTIES));
    }

    @AfterAll
    static void stopEverything() {
        syncline.close();
        sell.close();
    }

    private static Account account(String name, ScriptedSell.Mishaps mishaps) {
        String prefix = "syncline.integration." + name + ".";
        PROPERTIES.put(prefix + "source", "sell");
        PROPERTIES.put(prefix + "interval", "1");
        PROPERTIES.put(prefix + "url", sell.url(name));
        PROPERTIES.put(prefix + "token", "t0ken");
        Account account = sell.account(name, mishaps);
        ACCOUNTS.put(name, account);
        return account;
    }

    private static Account fiveLeads(Account account) {
        for (int id = 1; id <= 5; id++) {
            account.put("lead " + id, "{\"id\":" + id + ",\"last_name\":\"Lead " + id + "\"}");
        }
        return account;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start-lost-on-the-way",
                "start-lost-on-the-way-back",
                "get-lost-on-the-way",
                "get-lost-on-the-way-back",
                "ack-lost-on-the-way",
                "ack-lost-on-the-way-back",
                "get-failed",
                "get-throttled-without-a-word",
                "start-throttled-by-redirect",
                "get-throttled-as-not-found",
                "get-empty-in-mid-flow",
                "get-truncated",
                "get-a-web-page",
                "ack-failed"
            })
    void losesNothingAndAcknowledgesEverything(String name) {
        awaitAcknowledged(name);

        assertThat(data.entities(name, "lead")).containsOnlyKeys("1", "2", "3", "4", "5");
        assertThat(data.changes(name)).isEqualTo(5);
        assertThat(data.jobs(name)).extracting(JobRow::status).doesNotContain("failed", "paused");
    }

    @Test
    void endsOnlyOnThe204() {
        awaitAcknowledged("get-empty-in-mid-flow");

        List<String> asked = ACCOUNTS.get("get-empty-in-mid-flow").log().stream()
                .map(Asked::what)
                .toList();
        assertThat(asked).startsWith("start", "get", "ack", "get", "get", "ack", "get", "ack", "get", "start");
    }

    @Test
    void acknowledgesOnlyWhatIsCommitted() {
        awaitAcknowledged("committed-first");

        assertThat(TOO_EARLY).isEmpty();
    }

    @Test
    void givesUpOnEmptyPagesWithoutAnEndAndComesBack() {
        awaitAcknowledged("never-ending");

        assertThat(data.entities("never-ending", "lead")).hasSize(5);
        List<String> asked =
                ACCOUNTS.get("never-ending").log().stream().map(Asked::what).toList();
        List<String> untilItGaveUp = new ArrayList<>(Collections.nCopies(11, "get"));
        untilItGaveUp.add(0, "start");
        untilItGaveUp.add("start");
        assertThat(asked).startsWith(untilItGaveUp.toArray(String[]::new));
    }

    @Test
    void setsPoisonAsideAndGoesOn() {
        awaitAcknowledged("poisoned");

        assertThat(data.entities("poisoned", "lead")).containsOnlyKeys("1", "6");
        assertThat(data.quarantined("poisoned"))
                .hasSize(4)
                .anySatisfy(reason -> assertThat(reason).contains("last_name"))
                .anySatisfy(reason -> assertThat(reason).contains("no id"))
                .anySatisfy(reason -> assertThat(reason).contains("created_at"));
        Account poisoned = ACCOUNTS.get("poisoned");
        poisoned.put("lead 2", "{\"id\":2,\"last_name\":\"Two\"}");
        Waiting.until("the mended record", () -> Optional.of(data.quarantined("poisoned"))
                .filter(reasons -> reasons.size() == 3));
        assertThat(data.entities("poisoned", "lead").get("2").path("last_name").textValue())
                .isEqualTo("Two");
    }

    @Test
    void isNotHeldUpByTypesThatNobodyDeclares() {
        awaitAcknowledged("unknown-types");

        assertThat(data.entities("unknown-types", "lead").get("1")).hasToString("{\"id\":1,\"last_name\":\"One\"}");
        assertThat(data.quarantined("unknown-types")).hasSize(20).allSatisfy(reason -> assertThat(reason)
                .contains("declares no such entity type"));
    }

    @Test
    void reportsFailedObjectsUntilTheyCome() {
        List<String> reasons = Waiting.until("the failed object", () -> Optional.of(data.quarantined("failing"))
                .filter(found -> !found.isEmpty()));
        assertThat(reasons).containsExactly("Sell cannot give it: cannot be rendered");

        ACCOUNTS.get("failing").failing("").put("lead 7", "{\"id\":7,\"last_name\":\"Seven\"}");

        Waiting.until(
                "its recovery", () -> Optional.of(data.quarantined("failing")).filter(List::isEmpty));
        assertThat(data.entities("failing", "lead")).containsOnlyKeys("1", "7");
    }

    @Test
    void takesADeleteOfSomethingUnseenAsNothingAndOneOfTheSeenAsADelete() {
        awaitAcknowledged("deleting");
        assertThat(data.changes("deleting")).isEqualTo(5);

        ACCOUNTS.get("deleting").delete("lead 2");

        awaitAcknowledged("deleting");
        assertThat(data.entities("deleting", "lead")).containsOnlyKeys("1", "3", "4", "5");
    }

    @Test
    void givesIdsToTheTypesThatHaveNone() {
        awaitAcknowledged("shapes");

        assertThat(data.entities("shapes", "associated_contact")).containsOnlyKeys("11-12-involved");
        assertThat(data.entities("shapes", "line_item")).containsOnlyKeys("9007199254740993");
        assertThat(data.entities("shapes", "deal").get("1").path("custom_fields"))
                .hasToString("{\"Size\":\"12\"}");
        assertThat(data.quarantined("shapes")).isEmpty();
    }

    @Test
    void keepsOneDeviceForEachIntegrationAndAnotherForEachOther() {
        List<String> names = List.of("north", "south", "get-failed", "ack-lost-on-the-way-back");
        names.forEach(SellSourceTest::awaitAcknowledged);
        Map<String, Set<String>> devices = names.stream()
                .collect(Collectors.toMap(
                        name -> name, name -> ACCOUNTS.get(name).devices()));

        assertThat(devices.values()).allSatisfy(used -> assertThat(used).hasSize(1));
        assertThat(devices.values()).doesNotHaveDuplicates();
        assertThat(lastName("north")).isEqualTo("North");
        assertThat(lastName("south")).isEqualTo("South");

        syncline.close();
        syncline = Syncline.start(Settings.of(PROPERTIES));
        ACCOUNTS.get("north").put("lead 1", "{\"id\":1,\"last_name\":\"Far north\"}");
        awaitAcknowledged("north");
        assertThat(ACCOUNTS.get("north").devices()).isEqualTo(devices.get("north"));
        assertThat(lastName("north")).isEqualTo("Far north");
    }

    private static String lastName(String integration) {
        JsonNode lead = data.entities(integration, "lead").get("1");
        return lead.path("last_name").textValue();
    }

    @Test
    void beginsAnewAsAnotherDeviceWhereItsOwnIsRefusedAndFindsWhatIsGone() {
        awaitAcknowledged("refusing-the-device");
        Account refusing = ACCOUNTS.get("refusing-the-device");
        refusing.forget("lead 3");
        refusedDevice = refusing.devices().iterator().next();

        Waiting.until("a second device", () -> Optional.of(refusing.devices()).filter(used -> used.size() == 2));
        Waiting.until("the missing delete", () -> Optional.of(data.entities("refusing-the-device", "lead"))
                .filter(leads -> leads.size() == 4));

        assertThat(data.entities("refusing-the-device", "lead")).containsOnlyKeys("1", "2", "4", "5");
    }

    /** Sell takes 100 devices of an account in 30 days. */
    @Test
    void pullsEverythingAgainAndAgainAsOneMoreDevice() throws Exception {
        Account account = ACCOUNTS.get("again-and-again");
        sync("again-and-again", "incremental_sync");
        Set<String> own = account.devices();
        assertThat(own).hasSize(1);
        String checkpoint = data.checkpoints("again-and-again").get(0);
        for (int round = 1; round <= 3; round++) {
            account.put("lead 1", "{\"id\":1,\"last_name\":\"Round " + round + "\"}");
            account.forget("lead " + (round + 1));

            sync("again-and-again", "full_sync");

            assertThat(lastName("again-and-again")).isEqualTo("Round " + round);
            assertThat(data.entities("again-and-again", "lead")).hasSize(5 - round);
            assertThat(account.devices()).hasSize(2);
            assertThat(data.checkpoints("again-and-again")).containsExactly(checkpoint);
        }
        account.put("lead 6", "{\"id\":6,\"last_name\":\"Six\"}");

        sync("again-and-again", "incremental_sync");

        assertThat(data.entities("again-and-again", "lead")).containsOnlyKeys("1", "5", "6");
        assertThat(account.devices()).hasSize(2).containsAll(own);
        assertThat(account.hasAcknowledgedAll(own.iterator().next())).isTrue();
    }

    /** A device that acknowledges nothing would begin from the start after each failure, and never come to an end. */
    @Test
    void goesOnAsADeviceThatAcknowledgesWhereASyncOfEverythingBreaksOff() throws Exception {
        Account account = ACCOUNTS.get("whole-lost-on-the-way");
        sync("whole-lost-on-the-way", "incremental_sync");
        String checkpoint = data.checkpoints("whole-lost-on-the-way").get(0);
        account.forget("lead 3");
        drops = true;

        sync("whole-lost-on-the-way", "full_sync");

        assertThat(account.devices()).hasSize(3);
        assertThat(data.entities("whole-lost-on-the-way", "lead")).containsOnlyKeys("1", "2", "4", "5");
        assertThat(data.checkpoints("whole-lost-on-the-way")).containsExactly(checkpoint);
    }

    /** Runs a job to its end. */
    private static void sync(String integration, String type) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        Waiting.until("a turn for " + type, () -> Optional.of(post(http, integration, type))
                .filter(status -> status == 200));
        Waiting.until(type + " to end", () -> Optional.of(data.jobs(integration))
                .filter(jobs -> jobs.stream().noneMatch(job -> Set.of("queued", "running", "stopping")
                        .contains(job.status()))));
        assertThat(data.jobs(integration))
                .allSatisfy(job -> assertThat(job.status()).isEqualTo("completed"));
    }

    private static int post(HttpClient http, String integration, String type) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://127.0.0.1:" + PROPERTIES.get("syncline.port") + "/api/sync/jobs"))
                                    .header("Authorization", "Bearer " + ADMIN)
                                    .header("Content-Type", "application/json")
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

    private static void awaitAcknowledged(String name) {
        Waiting.until(name + " to be acknowledged, its jobs are " + data.jobs(name), () -> Optional.of(name)
                .filter(n -> ACCOUNTS.get(n).allAcknowledged()));
    }
}
