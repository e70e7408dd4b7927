package io.syncline.sell;

import static io.syncline.sell.SellHub.leads;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is answered where all goes well, to the letter. */
class AnswersTest extends OnASellHub {

    AnswersTest() {
        super(new SellSettings(2, 3));
    }

    @BeforeEach
    void appendThreeLeads() {
        hub.append(leads(1, 3).toArray(Observed[]::new));
    }

    @Test
    void answersAStartWithASession() throws Exception {
        Wire.Answer answer = client.start();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).contains("json"));
        JsonNode session = SellHub.json(answer.body());
        assertThat(session.at("/data/id").isTextual()).isTrue();
        assertThat(session.at("/meta/type").textValue()).isEqualTo("sync_session");
        JsonNode queue = session.at("/data/queues/0");
        assertThat(queue.get("data")).isEqualTo(SellHub.json("{\"name\":\"main\",\"pages\":2,\"total_count\":3}"));
        assertThat(queue.at("/meta/type").textValue()).isEqualTo("sync_queue");
        assertThat(queue.at("/meta/links/self").textValue())
                .isEqualTo("http://127.0.0.1:" + hub.port() + "/v2/sync/"
                        + session.at("/data/id").textValue() + "/queues/main");
    }

    @Test
    void answersAGetWithItems() throws Exception {
        Wire.Answer answer = client.get(client.session());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).contains("json"));
        assertThat(SellHub.json(answer.body()))
                .isEqualTo(SellHub.json("{\"items\":[" + item(1) + "," + item(2)
                        + "],\"meta\":{\"type\":\"collection\",\"count\":2,\"count_left\":1}}"));
    }

    @Test
    void answersTheEndAndAnAcknowledgementWithoutABodyOrAMediaType() throws Exception {
        String session = client.session();
        Wire.Answer accepted = client.ack(SellClient.keys(client.drain(session, false)));
        Wire.Answer end = client.get(session);
        Wire.Answer nothingNew = client.start();

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(end.status()).isEqualTo(204);
        assertThat(nothingNew.status()).isEqualTo(204);
        assertThat(List.of(accepted, end, nothingNew)).allSatisfy(answer -> {
            assertThat(answer.body()).isEmpty();
            assertThat(answer.hasHeader("Content-Type")).isFalse();
            assertThat(answer.hasHeader("Transfer-Encoding")).isFalse();
            assertThat(answer.header("X-Request-Id"))
                    .hasValueSatisfying(id -> assertThat(id).matches(Wire.UUID_FORM));
        });
    }

    @Test
    void neverAnswersWithoutAnItem() throws Exception {
        String session = client.session();
        List<Integer> counts = new ArrayList<>();
        Wire.Answer answer = client.get(session);
        for (; answer.status() == 200; answer = client.get(session)) {
            counts.add(SellHub.json(answer.body()).get("items").size());
        }

        assertThat(answer.status()).isEqualTo(204);
        assertThat(counts).containsExactly(2, 1);
    }

    @Test
    void goesOnAnsweringTheEndForMonths() throws Exception {
        String session = client.session();
        client.drain(session, true);

        assertThat(client.get(session).status()).isEqualTo(204);
        hub.clock.pass(java.time.Duration.ofDays(100));
        assertThat(client.get(session).status()).isEqualTo(204);
        hub.restart();
        assertThat(client.get(session).status()).isEqualTo(204);
    }

    @Test
    void answersTheEndOfASessionThatNeverWas() throws Exception {
        assertThat(client.get(UUID.randomUUID().toString()).status()).isEqualTo(204);
    }

    /** The grant has the first number. */
    private static String item(int id) {
        int revision = id + 1;
        return "{\"data\":{\"custom_fields\":{},\"id\":" + id + ",\"last_name\":\"Lead " + id
                + "\",\"tags\":[]},\"meta\":{\"type\":\"lead\",\"version\":" + revision
                + ",\"sync\":{\"event_type\":\"created\",\"ack_key\":\"Lead-"
                + id + "-" + revision + "\",\"revision\":" + revision + "}}}";
    }
}
