package io.syncline.sell;

import static io.syncline.sell.SellHub.lead;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is taken from a principal and given back while a device reads. One key then stands for an item that was served as living and for one that
 * was served as deleted, so only what is certain of an acknowledgement counts.
 */
class RegrantTest extends OnASellHub {

    RegrantTest() {
        super(new SellSettings(1, 100));
    }

    @BeforeEach
    void grantAnew() {
        client = new SellClient(
                hub, hub.access().issue("field sales", Set.of(TokenScope.SYNC)).secret());
        hub.append(lead(1, "Ada"), lead(2, "Bob"));
        grant();
    }

    private static void grant() {
        hub.access().grant(Optional.empty(), "field sales", Grant.Extent.whole(SellHub.INTEGRATION));
    }

    private static void revoke() {
        hub.access().grants(Optional.of("field sales")).forEach(grant -> hub.access()
                .revokeGrant(grant.id()));
    }

    @Test
    void tellsAgainWhatWasServedAsDeletedAndIsBackWhenThatIsAcknowledged() throws Exception {
        String session = client.session();
        revoke();
        List<JsonNode> page = SellClient.items(client.get(session));
        assertThat(SellClient.told(page)).containsExactly("deleted lead 1");
        grant();

        client.ack(SellClient.keys(page));

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1", "created lead 2");
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void tellsAgainWhatWasServedBothWaysInOneSessionEach() throws Exception {
        String session = client.session();
        String other = client.session();
        List<String> key = SellClient.keys(SellClient.items(client.get(session)));
        revoke();
        assertThat(SellClient.told(SellClient.items(client.get(other)))).containsExactly("deleted lead 1");
        grant();

        client.ack(key);

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1", "created lead 2");
    }

    @Test
    void tellsAgainWhatWasServedAsDeletedInASessionBeforeTheGrantThatIsAcknowledgedInOneAfter() throws Exception {
        client.drain(false);
        revoke();
        List<String> deleted = SellClient.keys(client.drain(false));
        assertThat(deleted).hasSize(2);
        grant();
        String session = client.session();

        client.ack(deleted);

        assertThat(SellClient.told(client.drain(session, true))).containsExactly("created lead 1", "created lead 2");
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void tellsTheDeleteOfWhatWasServedBeforeTheRevokeAndIsAcknowledgedAfter() throws Exception {
        String session = client.session();
        List<String> key = SellClient.keys(SellClient.items(client.get(session)));
        revoke();

        client.ack(key);

        assertThat(SellClient.told(client.drain())).contains("deleted lead 1");
        assertThat(client.start().status()).isEqualTo(204);
        grant();
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1", "created lead 2");
    }

    @Test
    void sendsADeviceAwayThatSawByAGrantWhichIsForgotten() throws Exception {
        client.drain();
        revoke();
        hub.append(lead(3, "Cleo"));
        hub.clock.pass(Duration.ofDays(91));
        hub.changelog().compact(Retention.DEFAULT);
        hub.access().forgetRevoked(Retention.DEFAULT);
        grant();

        assertThat(client.start().status()).isEqualTo(400);
        SellClient anew = new SellClient(
                hub, hub.access().issue("field sales", Set.of(TokenScope.SYNC)).secret());
        assertThat(SellClient.told(anew.drain())).containsExactly("created lead 1", "created lead 2", "created lead 3");
    }
}
