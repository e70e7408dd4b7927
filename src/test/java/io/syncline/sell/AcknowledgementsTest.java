package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an acknowledgement counts for, and what is passed over. */
class AcknowledgementsTest extends OnASellHub {

    AcknowledgementsTest() {
        super(new SellSettings(2, 3));
    }

    @BeforeEach
    void appendThreeLeads() {
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @Test
    void passesOverKeysThatAreUnknownOrMalformed() throws Exception {
        String session = client.session();
        SellClient.items(client.get(session));

        Wire.Answer answer = client.ackRaw(
                "{\"data\":{\"ack_keys\":[\"\",\"-\",\"Lead\",\"Lead-1\",\"Lead-1-\",\"Lead--1\",\"lead-1-1\","
                        + "\"Contact-1-1\",\"Lead-2-1\",\"Lead-1-01\",\"Lead-1-99\",\"Lead-1-99999999999999999999\",\"Lead-1- 1\",\"Lead-1-\\u0661\","
                        + "null,7,{},[\"Lead-1-1\"]]}}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(client.drain()).hasSize(3);
    }

    @Test
    void passesOverKeysThatWereServedToAnotherDevice() throws Exception {
        SellClient other = client.withDevice(UUID.randomUUID().toString());
        String mine = client.session();
        String theirs = other.session();
        List<String> keys = SellClient.keys(client.drain(mine, false));

        assertThat(other.ack(keys).status()).isEqualTo(202);
        assertThat(other.drain(theirs, true)).hasSize(3);
        assertThat(client.drain()).hasSize(3);
    }

    /** Keys do not tell their device, so this is known from what is stored of what was served to whom. */
    @Test
    void passesOverKeysOfAnotherDeviceAlsoAfterARestart() throws Exception {
        SellClient other = client.withDevice(UUID.randomUUID().toString());
        List<String> mine = SellClient.keys(client.drain(client.session(), false));
        List<String> theirs = SellClient.keys(SellClient.items(other.get(other.session())));

        hub.restart();

        assertThat(theirs).hasSize(2);
        assertThat(other.ack(mine).status()).isEqualTo(202);
        assertThat(SellClient.told(other.drain())).containsExactly("created lead 3");
        hub.restart();
        assertThat(client.ack(mine).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    /** What comes after a page that was acknowledged is given out without a transaction, which a crash of the process must not take back either. */
    @Test
    void takesKeysOfThePageAfterAnAcknowledgedOneAfterARestart() throws Exception {
        String session = client.session();
        client.ack(SellClient.keys(SellClient.items(client.get(session))));
        List<String> last = SellClient.keys(SellClient.items(client.get(session)));

        hub.restart();

        assertThat(last).hasSize(1);
        assertThat(client.ack(last).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void passesOverKeysOfThePageThatWouldHaveComeNextBeforeARestart() throws Exception {
        SellClient other = client.withDevice(UUID.randomUUID().toString());
        List<String> theirs = SellClient.keys(other.drain(other.session(), false));
        client.ack(SellClient.keys(SellClient.items(client.get(client.session()))));

        hub.restart();

        assertThat(client.ack(theirs).status()).isEqualTo(202);
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 3");
    }

    @Test
    void passesOverTheKeysOfADeviceThatNeverStarted() throws Exception {
        List<String> keys = SellClient.keys(client.drain(client.session(), false));
        SellClient other = client.withDevice(UUID.randomUUID().toString());

        assertThat(other.ack(keys).status()).isEqualTo(202);
        assertThat(other.drain()).hasSize(3);
    }

    @Test
    void acknowledgesAnOlderRevisionAndNothingMore() throws Exception {
        List<String> older = SellClient.keys(client.drain(client.session(), false));
        hub.append(lead(1, "Ada"));
        String session = client.session();

        client.ack(older);

        assertThat(SellClient.told(client.drain(session, true))).containsExactly("updated lead 1");
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void takesAHundredThousandKeys() throws Exception {
        String session = client.session();
        List<String> keys = new ArrayList<>();
        for (int at = 0; at < 100_000; at++) {
            keys.add("Lead-" + at + "-" + (1_000_000 + at));
        }
        keys.addAll(SellClient.keys(client.drain(session, false)));

        assertThat(client.ack(keys).status()).isEqualTo(202);
        assertThat(client.start().status()).isEqualTo(204);
    }
}
