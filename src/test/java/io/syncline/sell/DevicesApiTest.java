package io.syncline.sell;

import static io.syncline.sell.SellHub.gone;
import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.access.TokenScope;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Retention;
import io.syncline.storage.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many devices a principal may have, and how it sees them and lets them go, which the vendor's API cannot. */
class DevicesApiTest {

    private static final int LIMIT = 3;
    private static final byte[] NOTHING = new byte[0];

    private static SellHub hub;

    private SellClient client;

    @BeforeAll
    static void start() throws Exception {
        hub = SellHub.start(Database.Dialect.SQLITE);
    }

    @BeforeEach
    void beginAnew() {
        hub.beginAnew(new SellSettings(2, LIMIT));
        client = hub.client("sales");
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void listsTheDevicesOfThePrincipalTheLastToStartFirst() throws Exception {
        client.session();
        hub.clock.pass(Duration.ofHours(2));
        SellClient later = another();
        later.session();
        hub.client("others").session();

        JsonNode devices = devices(client, "");

        assertThat(devices).hasSize(2);
        assertThat(devices.at("/0/uuid").textValue()).isEqualTo(later.device());
        assertThat(devices.at("/1/uuid").textValue()).isEqualTo(client.device());
        assertThat(devices.at("/1/active").booleanValue()).isTrue();
        hub.clock.pass(Duration.ofDays(30).minusHours(1));
        assertThat(devices(client, "").at("/0/active").booleanValue()).isTrue();
        assertThat(devices(client, "").at("/1/active").booleanValue()).isFalse();
    }

    @Test
    void forgetsADeviceThatIsDeactivated() throws Exception {
        client.drain();
        SellClient other = another();
        other.drain();
        hub.append(SellHub.lead(1, "Ada"));
        String session = client.session();

        assertThat(deactivate(client, client.device()).status()).isEqualTo(204);

        assertThat(devices(client, "")).hasSize(1);
        assertThat(client.get(session).status()).isEqualTo(204);
        assertThat(deactivate(client, client.device()).status()).isEqualTo(404);
        assertThat(deactivate(client, "no-uuid").status()).isEqualTo(404);
        assertThat(SellClient.told(client.drain()))
                .containsExactlyInAnyOrder("created lead 1", "created lead 2", "created lead 3");
        assertThat(SellClient.told(other.drain())).containsExactly("updated lead 1");
    }

    @Test
    void limitsTheActiveDevicesOfAPrincipal() throws Exception {
        client.session();
        another().session();
        another().session();
        SellClient tooMany = another();

        Wire.Answer refused = tooMany.start();

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After"))
                .contains(Long.toString(Duration.ofDays(30).toSeconds()));
        JsonNode envelope = SellHub.json(refused.body());
        assertThat(envelope.at("/errors/0/error/code").textValue()).isEqualTo("rate_limit_exceeded");
        assertThat(envelope.at("/meta/http_status").textValue()).isEqualTo("429 Too Many Requests");
        assertThat(client.start().status()).isEqualTo(201);
        assertThat(hub.client("others").start().status()).isEqualTo(201);
        deactivate(client, client.device());
        assertThat(tooMany.start().status()).isEqualTo(201);
    }

    @Test
    void countsADeviceAsActiveForThirtyDaysAfterItsLastStart() throws Exception {
        client.session();
        another().session();
        another().session();
        hub.clock.pass(Duration.ofDays(29));
        client.session();
        hub.clock.pass(Duration.ofDays(1));

        assertThat(another().start().status()).isEqualTo(201);
        assertThat(another().start().status()).isEqualTo(201);
        assertThat(another().start().status()).isEqualTo(429);
        hub.restart();
        assertThat(another().start().status()).isEqualTo(429);
    }

    @Test
    void showsTheDevicesOfAnotherPrincipalToAdministratorsOnly() throws Exception {
        client.session();
        SellClient stranger = hub.client("others");
        SellClient administrator = new SellClient(
                hub, hub.access().issue("root", Set.of(TokenScope.ADMIN)).secret());

        assertThat(list(stranger, "?principal=sales").status()).isEqualTo(403);
        assertThat(deactivate(stranger, client.device()).status()).isEqualTo(404);
        assertThat(devices(administrator, "?principal=sales")).hasSize(1);
        assertThat(deactivate(administrator, client.device() + "?principal=sales")
                        .status())
                .isEqualTo(204);
        assertThat(devices(client, "")).isEmpty();
    }

    /** It cannot be told of deletes that are no longer known, and must not go on without them. */
    @Test
    void refusesADeviceThatWasAwayForLongerThanDeletesAreKept() throws Exception {
        client.drain();
        hub.append(gone("lead", 2));
        hub.clock.pass(Duration.ofDays(100));
        hub.append(SellHub.lead(4, "Dan"));
        hub.clock.pass(Duration.ofDays(100));
        hub.changelog().compact(Retention.DEFAULT);

        Wire.Answer refused = client.start();

        assertThat(refused.status()).isEqualTo(400);
        assertThat(SellHub.json(refused.body()).at("/errors/0/error/code").textValue())
                .isEqualTo("invalid_header");
        deactivate(client, client.device());
        assertThat(SellClient.told(client.drain()))
                .containsExactly("created lead 1", "created lead 3", "created lead 4");
    }

    private SellClient another() {
        return client.withDevice(UUID.randomUUID().toString());
    }

    private static JsonNode devices(SellClient as, String query) throws IOException {
        Wire.Answer answer = list(as, query);
        assertThat(answer.status()).isEqualTo(200);
        return SellHub.json(answer.body()).path("devices");
    }

    private static Wire.Answer list(SellClient as, String query) throws IOException {
        return Wire.send(hub.port(), as.head("GET /api/devices" + query), NOTHING);
    }

    private static Wire.Answer deactivate(SellClient as, String uuid) throws IOException {
        return Wire.send(hub.port(), as.head("DELETE /api/devices/" + uuid), NOTHING);
    }
}
