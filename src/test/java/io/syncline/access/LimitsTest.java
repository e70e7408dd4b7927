package io.syncline.access;

import static io.syncline.access.AccessServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.syncline.operations.TestClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How often a token, and whoever has none, may ask. */
class LimitsTest {

    private static final String WRONG = "wrong-token-".repeat(6).substring(0, 64);

    private final TestClock clock = new TestClock();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(Strangers.class);
    private AccessServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = AccessServer.ofTokens(folder, clock, new AccessLimits(2, 3));
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stop() {
        log.detachAppender(said);
        server.close();
    }

    @Test
    void letsATokenAskSoOftenInASecond() throws Exception {
        assertThat(ask(ADMIN).statusCode()).isEqualTo(200);
        assertThat(ask(ADMIN).statusCode()).isEqualTo(200);

        HttpResponse<String> refused = ask(ADMIN);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
        clock.pass(Duration.ofSeconds(1));
        assertThat(ask(ADMIN).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsAnAddressWithoutAGoodTokenToWaitAndLetsAGoodTokenFromThereIn() throws Exception {
        clock.pass(Duration.ofSeconds(20));
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(ask(WRONG).statusCode()).isEqualTo(401);
        }

        HttpResponse<String> refused = ask(WRONG);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("40");
        assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
        assertThat(ask(ADMIN).statusCode()).isEqualTo(200);
        clock.pass(Duration.ofSeconds(40));
        assertThat(ask(WRONG).statusCode()).isEqualTo(401);
    }

    @Test
    void saysOnceAMinuteWhoComesWithoutAGoodTokenAndNeverWhichItWas() throws Exception {
        for (int attempt = 0; attempt < 5; attempt++) {
            ask(WRONG);
        }
        clock.pass(Duration.ofMinutes(1));
        ask(WRONG);

        assertThat(said.list).hasSize(2).allSatisfy(line -> assertThat(line.getFormattedMessage())
                .contains("GET /api/tokens from 127.0.0.1")
                .doesNotContain("wrong-token"));
    }

    @Test
    void remembersNoMoreThanSoManyAddresses() {
        Quota quota = new Quota(1, Duration.ofMinutes(1), clock);
        for (int address = 0; address < Quota.MOST_KEYS; address++) {
            quota.use("address " + address);
        }

        quota.use("one more");

        assertThat(quota.secondsToWait(quota.use("another"))).isEqualTo(OptionalLong.of(60));
        clock.pass(Duration.ofMinutes(1));
        assertThat(quota.secondsToWait(quota.use("another"))).isEmpty();
    }

    @Test
    void hasNoLimitWhereItIsZero() {
        Quota quota = new Quota(0, Duration.ofSeconds(1), clock);
        for (int request = 0; request < 100; request++) {
            assertThat(quota.secondsToWait(quota.use("token"))).isEmpty();
        }
    }

    private HttpResponse<String> ask(String token) throws Exception {
        return server.send("GET", "/api/tokens", token, null);
    }
}
