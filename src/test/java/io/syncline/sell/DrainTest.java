package io.syncline.sell;

import static io.syncline.sell.SellHub.gone;
import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Draining and acknowledging, as clients do it over HTTP. */
class DrainTest extends OnASellHub {

    DrainTest() {
        super(new SellSettings(3, 5));
    }

    @Test
    void tellsANewDeviceOfEverythingOnce() throws Exception {
        hub.append(lead(1, "Ada"), lead(2, "Bob"), lead(3, "Cyd"), lead(4, "Dan"));

        assertThat(SellClient.told(client.drain()))
                .containsExactly("created lead 1", "created lead 2", "created lead 3", "created lead 4");
        assertThat(client.start().status()).isEqualTo(204);
        assertThat(SellClient.told(client.withDevice("00000000-0000-4000-8000-000000000001")
                        .drain()))
                .hasSize(4);
    }

    @Test
    void answersNothingNewOfAnEmptyChangelog() throws Exception {
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void tellsAnUpdateOfWhatTheDeviceHasAndAnIdOfWhatIsGone() throws Exception {
        hub.append(lead(1, "Ada"), lead(2, "Bob"));
        client.drain();
        hub.append(lead(1, "Ada Lovelace"), gone("lead", 2), lead(3, "Cyd"));

        List<JsonNode> items = client.drain();

        assertThat(SellClient.told(items)).containsExactly("updated lead 1", "deleted lead 2", "created lead 3");
        assertThat(items.get(0).at("/data/last_name").textValue()).isEqualTo("Ada Lovelace");
        assertThat(items.get(1).get("data")).isEqualTo(SellHub.json("{\"id\":2}"));
    }

    @Test
    void tellsCreatedAgainUntilTheDeviceHasAcknowledgedTheEntity() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain(false);
        hub.append(lead(1, "Ada Lovelace"));

        assertThat(SellClient.told(client.drain(false))).containsExactly("created lead 1");
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1");
        hub.append(lead(1, "Ada King"));
        assertThat(SellClient.told(client.drain())).containsExactly("updated lead 1");
    }

    @Test
    void tellsCreatedOfWhatComesBackAfterItsDeleteWasAcknowledged() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain();
        hub.append(gone("lead", 1));
        client.drain();
        hub.append(lead(1, "Ada again"));

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1");
    }

    @Test
    void tellsUpdatedOfWhatWentAndCameBackBetweenTwoSessions() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain();
        hub.append(gone("lead", 1));
        hub.append(lead(1, "Ada again"));

        assertThat(SellClient.told(client.drain())).containsExactly("updated lead 1");
    }

    @Test
    void passesOverWhatCameAndWentBetweenTwoSessions() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain();
        hub.append(lead(2, "Bob"));
        hub.append(gone("lead", 2));

        assertThat(client.start().status()).isEqualTo(204);
        hub.append(lead(2, "Bob again"));
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 2");
    }

    @Test
    void passesOverToANewDeviceWhatIsGone() throws Exception {
        hub.append(lead(1, "Ada"), lead(2, "Bob"));
        hub.append(gone("lead", 2));

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1");
    }

    @Test
    void tellsADeleteOfWhatWasServedAndNotAcknowledged() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain(false);
        hub.append(gone("lead", 1));

        assertThat(SellClient.told(client.drain())).containsExactly("deleted lead 1");
    }

    @Test
    void tellsADeleteOfAnEntityThatTheDeviceHasInAnOlderVersionOnly() throws Exception {
        hub.append(lead(1, "Ada"));
        client.drain();
        hub.append(lead(1, "Ada Lovelace"));
        hub.append(gone("lead", 1));

        assertThat(SellClient.told(client.drain())).containsExactly("deleted lead 1");
    }

    @Test
    void tellsOnlyTheFreshestStateOnce() throws Exception {
        hub.append(lead(1, "Ada"));
        hub.append(lead(1, "Ada L"));
        hub.append(lead(1, "Ada Lovelace"));

        List<JsonNode> items = client.drain();

        assertThat(items).hasSize(1);
        assertThat(items.get(0).at("/data/last_name").textValue()).isEqualTo("Ada Lovelace");
        assertThat(items.get(0).at("/meta/sync/ack_key").textValue()).isEqualTo("Lead-1-4");
        assertThat(items.get(0).at("/meta/sync/revision").longValue()).isEqualTo(4);
    }

    @Test
    void readsAnItemAtItsFreshestWhenItIsServed() throws Exception {
        hub.append(lead(1, "Ada"), lead(2, "Bob"));
        String session = client.session();
        hub.append(lead(1, "Ada Lovelace"), gone("lead", 2), lead(3, "Cyd"));

        List<JsonNode> items = client.drain(session, true);

        assertThat(SellClient.told(items)).containsExactly("created lead 1", "deleted lead 2");
        assertThat(items.get(0).at("/data/last_name").textValue()).isEqualTo("Ada Lovelace");
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 3");
    }

    @Test
    void tellsAgainWhatChangedAfterItWasServed() throws Exception {
        hub.append(lead(1, "Ada"));
        String session = client.session();
        List<JsonNode> items = SellClient.items(client.get(session));
        hub.append(lead(1, "Ada Lovelace"));
        client.ack(SellClient.keys(items));

        assertThat(SellClient.told(client.drain())).containsExactly("updated lead 1");
    }

    @Test
    void advancesOnGetAndTellsTheUnacknowledgedInTheNextSession() throws Exception {
        hub.append(leads(1, 7).toArray(Observed[]::new));
        String session = client.session();
        List<JsonNode> first = SellClient.items(client.get(session));
        List<JsonNode> second = SellClient.items(client.get(session));
        List<JsonNode> third = SellClient.items(client.get(session));

        assertThat(SellClient.told(first)).containsExactly("created lead 1", "created lead 2", "created lead 3");
        assertThat(SellClient.told(second)).containsExactly("created lead 4", "created lead 5", "created lead 6");
        assertThat(SellClient.told(third)).containsExactly("created lead 7");
        assertThat(client.get(session).status()).isEqualTo(204);
        client.ack(SellClient.keys(second));
        assertThat(SellClient.told(client.drain()))
                .containsExactly("created lead 1", "created lead 2", "created lead 3", "created lead 7");
    }

    @Test
    void countsPagesItemsAndWhatIsLeft() throws Exception {
        hub.append(leads(1, 7).toArray(Observed[]::new));
        JsonNode session = SellHub.json(client.start().body());

        assertThat(session.at("/data/queues/0/data"))
                .isEqualTo(SellHub.json("{\"name\":\"main\",\"pages\":3,\"total_count\":7}"));
        String id = session.at("/data/id").textValue();
        List<String> counts = new ArrayList<>();
        for (Wire.Answer page = client.get(id); page.status() == 200; page = client.get(id)) {
            JsonNode meta = SellHub.json(page.body()).get("meta");
            counts.add(meta.get("count") + " " + meta.get("count_left"));
        }
        assertThat(counts).containsExactly("3 4", "3 1", "1 0");
    }

    @Test
    void takesTurnsWithOtherClientsOfTheSameDevice() throws Exception {
        hub.append(leads(1, 8).toArray(Observed[]::new));
        SellClient other = client.withDevice(client.device());
        String first = client.session();
        String second = other.session();
        List<JsonNode> page = SellClient.items(client.get(first));
        client.ack(SellClient.keys(page));

        List<JsonNode> rest = other.drain(second, true);

        assertThat(SellClient.told(rest)).doesNotContainAnyElementsOf(SellClient.told(page));
        assertThat(page.size() + rest.size()).isEqualTo(8);
        assertThat(client.get(first).status()).isEqualTo(204);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void remembersAcknowledgementsAcrossARestart() throws Exception {
        hub.append(leads(1, 7).toArray(Observed[]::new));
        String session = client.session();
        List<JsonNode> first = SellClient.items(client.get(session));
        List<JsonNode> second = SellClient.items(client.get(session));
        client.ack(SellClient.keys(first));

        hub.restart();

        assertThat(client.get(session).status()).isEqualTo(204);
        assertThat(client.ack(SellClient.keys(second)).status()).isEqualTo(202);
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 7");
    }

    @Test
    void takesAnAcknowledgementOfWhatWasServedBeforeACompaction() throws Exception {
        hub.append(lead(1, "Ada"), lead(2, "Bob"));
        List<String> keys = SellClient.keys(client.drain(false));
        hub.append(lead(2, "Bob B."));
        hub.clock.pass(Duration.ofDays(31));
        hub.append(lead(3, "Cyd"));
        hub.changelog().compact(Retention.DEFAULT);
        client.session();

        client.ack(keys);

        assertThat(client.drain())
                .extracting(item -> item.at("/data/id").intValue())
                .containsExactly(2, 3);
    }

    /** However many entities it has. */
    @Test
    void keepsLessThanAKilobyteOfADeviceThatHasEverything() throws Exception {
        hub.beginAnew(new SellSettings(1_000, 5));
        client = hub.client("sales");
        hub.append(leads(1, 4_000).toArray(Observed[]::new));
        // So that what is new is not just a row of numbers.
        hub.append(LongStream.rangeClosed(1, 4_000)
                .filter(id -> id % 3 == 1 || id % 7 == 2)
                .mapToObj(id -> lead(id, "Anew"))
                .toArray(Observed[]::new));
        client.drain();
        hub.append(LongStream.rangeClosed(1, 2_000)
                .mapToObj(id -> gone("lead", id))
                .toArray(Observed[]::new));
        client.drain();

        long bytes = hub.database().jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT sum(length(positions) + length(promise)) + coalesce((SELECT sum(length(revisions)) FROM device_revisions), 0) FROM device")
                .mapTo(Long.class)
                .one());
        assertThat(bytes).isBetween(1L, 1_000L);
    }

    @Test
    void endsASessionThatNobodyReadsForADay() throws Exception {
        hub.append(leads(1, 4).toArray(Observed[]::new));
        String session = client.session();
        client.get(session);
        hub.clock.pass(Sessions.LIFETIME);

        assertThat(client.get(session).status()).isEqualTo(204);
        assertThat(client.drain()).hasSize(4);
    }

    @Test
    void keepsASessionThatIsReadFromNowAndThen() throws Exception {
        hub.append(leads(1, 7).toArray(Observed[]::new));
        String session = client.session();
        for (int page = 0; page < 3; page++) {
            hub.clock.pass(Duration.ofHours(23));
            assertThat(client.get(session).status()).isEqualTo(200);
        }
    }
}
