package io.syncline.sell;

import static io.syncline.sell.SellHub.gone;
import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static io.syncline.sell.SellHub.present;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page that was made before it is asked for, as it is here as soon as the one before is given out, is what it would be if it were made now. */
class PagesAheadTest extends OnASellHub {

    PagesAheadTest() {
        super(new SellSettings(2, 1_000));
    }

    @BeforeEach
    void appendSixLeads() {
        hub.append(leads(1, 6).toArray(Observed[]::new));
    }

    @Test
    void tellsWhatHasChangedSinceItWasMade() throws Exception {
        String session = client.session();
        client.get(session);
        hub.append(lead(3, "Ada"), gone("lead", 4));

        List<JsonNode> page = SellClient.items(client.get(session));

        assertThat(SellClient.told(page)).containsExactly("created lead 3", "deleted lead 4");
        assertThat(page.get(0).at("/data/last_name").textValue()).isEqualTo("Ada");
        assertThat(SellClient.told(client.drain(session, true))).containsExactly("created lead 5", "created lead 6");
    }

    @Test
    void tellsNothingThatHasBeenAcknowledgedSinceItWasMade() throws Exception {
        String other = client.session();
        List<String> keys = SellClient.keys(client.drain(other, false));
        String session = client.session();
        client.get(session);

        client.ack(keys.subList(2, 3));

        assertThat(SellClient.told(client.drain(session, true)))
                .containsExactly("created lead 4", "created lead 5", "created lead 6");
    }

    @Test
    void tellsWhetherTheDeviceHasTheEntityByNow() throws Exception {
        List<String> older = SellClient.keys(client.drain(false));
        hub.append(lead(3, "Ada"));
        String session = client.session();
        client.get(session);
        client.get(session);

        client.ack(older);

        assertThat(SellClient.told(client.drain(session, true))).containsExactly("updated lead 3");
    }

    @Test
    void tellsAsDeletedWhatHasGoneOutOfSightSince() throws Exception {
        String session = client.session();
        client.get(session);
        hub.access().grants(Optional.of("sales")).forEach(grant -> hub.access().revokeGrant(grant.id()));

        assertThat(SellClient.told(SellClient.items(client.get(session))))
                .containsExactly("deleted lead 3", "deleted lead 4");
    }

    /** What another node writes may be heard of late. */
    @Test
    void isKeptForSecondsOnly() throws Exception {
        String session = client.session();
        client.get(session);
        writeBehindItsBack(3);
        List<JsonNode> made = SellClient.items(client.get(session));
        writeBehindItsBack(5);
        hub.clock.pass(PagesAhead.KEPT.plusMillis(1));
        List<JsonNode> old = SellClient.items(client.get(session));

        assertThat(made)
                .extracting(item -> item.at("/data/last_name").textValue())
                .containsExactly("Lead 3", "Lead 4");
        assertThat(old)
                .extracting(item -> item.at("/data/last_name").textValue())
                .containsExactly("Late", "Lead 6");
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    private static void writeBehindItsBack(int lead) {
        hub.database().jdbi().useHandle(handle -> handle.createUpdate(
                        "UPDATE change SET data = :data WHERE entity_id = :id")
                .bind("data", ("{\"id\":" + lead + ",\"last_name\":\"Late\"}").getBytes(StandardCharsets.UTF_8))
                .bind("id", Integer.toString(lead))
                .execute());
    }

    /** It is not served before it is asked for, so nobody can acknowledge what is on it. */
    @Test
    void cannotBeAcknowledgedBeforeItIsGivenOut() throws Exception {
        List<String> foreign =
                SellClient.keys(client.withDevice(UUID.randomUUID().toString()).drain(false));
        String session = client.session();
        List<JsonNode> first = SellClient.items(client.get(session));
        client.ack(SellClient.keys(first));

        hub.restart();
        client.ack(foreign);

        assertThat(SellClient.told(client.drain()))
                .containsExactly("created lead 3", "created lead 4", "created lead 5", "created lead 6");
    }

    @Test
    void isCountedAsLeftUntilItIsGivenOut() {
        RevisionSet queue = new RevisionSet();
        LongStream.rangeClosed(1, 5).forEach(queue::add);
        Session session = new Session(
                UUID.randomUUID(), DeviceKey.of("sales", client.device()), new Starts.Queue(queue.copy(), 0), 0);
        session.take(queue, 2);
        PageBatch batch = new PageBatch(session, 0, session.takePages(queue, 2, 3), made -> List.of());
        session.makes(batch.pages());

        assertThat(batch.pages()).hasSize(2);
        assertThat(session.left(queue)).isEqualTo(3);
        queue.remove(3);
        assertThat(session.left(queue)).isEqualTo(2);
        assertThat(session.claim(queue)).contains(batch.pages().get(0));
        assertThat(session.left(queue)).isEqualTo(1);
        assertThat(session.claim(batch.pages().get(0))).isFalse();
        assertThat(session.claim(batch.pages().get(1))).isTrue();
        assertThat(session.left(queue)).isZero();
    }

    /** Who waits for it makes it as it is made without that, and is told there what is wrong. */
    @Test
    void isNotThereWhereMakingItFails() {
        Session session = new Session(
                UUID.randomUUID(), DeviceKey.of("sales", client.device()), new Starts.Queue(new RevisionSet(), 0), 0);
        PageBatch batch = new PageBatch(session, 0, List.of(new long[] {1}, new long[] {2}), made -> {
            throw new IllegalStateException("the database is away");
        });

        assertThat(batch.pages()).extracting(PageAhead::made).containsOnly(Optional.empty());
    }

    /** Past a bound no more pages are made ahead, until those are old that nobody has asked for. */
    @Test
    void isNotMissedByAnyOfManySessions() throws Exception {
        List<SellClient> devices = new ArrayList<>();
        List<String> sessions = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            devices.add(client.withDevice(UUID.randomUUID().toString()));
            sessions.add(devices.get(number).session());
            devices.get(number).get(sessions.get(number));
        }
        hub.clock.pass(Duration.ofMinutes(1));
        hub.append(lead(5, "Ada"));

        for (int number = 0; number < devices.size(); number++) {
            List<JsonNode> rest = devices.get(number).drain(sessions.get(number), true);

            assertThat(SellClient.told(rest))
                    .containsExactly("created lead 3", "created lead 4", "created lead 5", "created lead 6");
            assertThat(rest.get(2).at("/data/last_name").textValue()).isEqualTo("Ada");
        }
    }

    @Test
    void isMadeByWhoAsksWhereNobodyHasMadeIt() throws Exception {
        hub.restart(work -> {});

        assertThat(SellClient.told(client.drain())).hasSize(6).doesNotHaveDuplicates();
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void isNotMadeAheadWhereItIsLarge() throws Exception {
        String text = "x".repeat(700_000);
        for (int id = 1; id <= 6; id++) {
            hub.append(present("lead", Integer.toString(id), "{\"id\":" + id + ",\"description\":\"" + text + "\"}"));
        }
        String session = client.session();
        List<Integer> left = new ArrayList<>();
        List<JsonNode> items = new ArrayList<>();
        for (Wire.Answer page = client.get(session); page.status() == 200; page = client.get(session)) {
            left.add(SellHub.json(page.body()).at("/meta/count_left").intValue());
            items.addAll(SellClient.items(page));
        }

        assertThat(left).containsExactly(4, 2, 0);
        assertThat(SellClient.told(items)).hasSize(6).doesNotHaveDuplicates();
    }
}
