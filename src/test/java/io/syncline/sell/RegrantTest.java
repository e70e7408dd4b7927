package io.syncline.sell;

import static io.syncline.sell.SellHub.gone;
import static io.syncline.sell.SellHub.lead;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.Grant;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Retention;
import io.syncline.changelog.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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

        assertThat(SellClient.told(client.drain())).containsExactly("deleted lead 1");
        assertThat(client.start().status()).isEqualTo(204);
        grant();
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 1", "created lead 2");
    }

    @Test
    void tellsNoDeleteOfWhatItNeverServed() throws Exception {
        client.get(client.session());
        revoke();

        assertThat(SellClient.told(client.drain())).containsExactly("deleted lead 1");
        assertThat(client.start().status()).isEqualTo(204);
    }

    @Test
    void tellsNoDeleteOfWhatChangedAndWentBeforeItWasServed() throws Exception {
        client.session();
        hub.append(lead(1, "Anew"), gone("lead", 2));
        assertThat(SellHub.json(client.start().body()).at("/data/queues/0/data/total_count"))
                .hasToString("1");
        revoke();

        assertThat(client.start().status()).isEqualTo(204);
    }

    /** Nobody knows any more what was served last. */
    @Test
    void tellsTheDeleteOfWhatMayHaveBeenServedBeforeARestart() throws Exception {
        client.session();
        hub.restart();
        revoke();

        assertThat(SellClient.told(client.drain())).containsExactly("deleted lead 1", "deleted lead 2");
    }

    @Test
    void tellsTheDeleteOfWhatWasServedWhereCompactionHasTakenWhatItWasQueuedBy() throws Exception {
        client.get(client.session());
        hub.append(lead(1, "Anew"));
        hub.append(gone("lead", 1));
        hub.clock.pass(Duration.ofDays(40));
        hub.changelog().compact(Retention.DEFAULT);

        assertThat(SellClient.told(client.drain())).containsExactly("created lead 2", "deleted lead 1");
    }

    /** It would have missed what went out of its scope, and cannot know that nothing did. */
    @Test
    void isNotPassedByCompactionWhileItStartsNowAndThen() throws Exception {
        revoke();
        hub.access()
                .grant(
                        Optional.empty(),
                        "field sales",
                        new Grant.Extent(SellHub.INTEGRATION, Optional.of("north"), Set.of()));
        hub.append(inScope("north", 3, "Cleo"));
        assertThat(SellClient.told(client.drain())).containsExactly("created lead 3");
        hub.append(inScope("south", 4, "Dan"));
        hub.append(inScope("south", 4, "Daniel"));
        hub.clock.pass(Duration.ofDays(20));
        assertThat(client.start().status()).isEqualTo(204);

        hub.clock.pass(Duration.ofDays(20));
        hub.changelog().compact(Retention.DEFAULT);
        hub.append(inScope("north", 3, "Cleopatra"));

        assertThat(SellClient.told(client.drain())).containsExactly("updated lead 3");
    }

    private static Observed inScope(String scope, long id, String lastName) {
        return new Observed.Present(
                "lead",
                Long.toString(id),
                Snapshot.of(SellHub.json("{\"id\":" + id + ",\"last_name\":\"" + lastName + "\"}")),
                Optional.of(scope),
                OptionalLong.empty(),
                false,
                Optional.empty());
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
