package io.syncline.integration;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client that sources pull with. It never waits for ever, never retries of itself, never follows a redirect (which could carry
 * a token to another host), and never reads more than {@value UpstreamAnswer#MOST_BYTES} bytes of an answer. Safe for use by many threads.
 */
public final class UpstreamClient implements AutoCloseable {

    private static final int CONNECTIONS = 200;
    /** In bytes. */
    private static final int LONGEST_HEADER = 64 * 1024;

    private static final int MOST_HEADERS = 200;
    private static final Duration TIME_TO_CONNECT = Duration.ofSeconds(10);

    private final CloseableHttpClient client;
    private final HttpClient shared;
    private final UpstreamAnswer answers;

    /** @param silence how long an upstream may say nothing before the request fails; a whole answer may take four times as long */
    public UpstreamClient(Duration silence) {
        this(silence, new Budgets(List.of(), Clock.systemUTC()));
    }

    /**
     * The same, with budgets of requests: one that would go beyond its credential's is not made.
     *
     * @param budgets by which requests are counted, and that their answers feed
     */
    public UpstreamClient(Duration silence, Budgets budgets) {
        Timeout timeout = Timeout.of(silence);
        answers = new UpstreamAnswer(silence.multipliedBy(4));
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxLineLength(LONGEST_HEADER)
                                        .setMaxHeaderCount(MOST_HEADERS)
                                        .build())
                                .build())
                        .setMaxConnTotal(CONNECTIONS)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(TIME_TO_CONNECT))
                                .setSocketTimeout(timeout)
                                .setTimeToLive(TimeValue.ofMinutes(5))
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(timeout)
                        .setConnectionRequestTimeout(timeout)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .useSystemProperties()
                .setUserAgent("Syncline")
                .addExecInterceptorFirst("bounds", answers)
                .addExecInterceptorAfter("bounds", "budgets", new BudgetedCall(budgets))
                .build();
        shared = new SharedHttpClient(client);
    }

    /** For routes; only {@link #close} closes it. */
    public HttpClient http() {
        return shared;
    }

    /** Breaks off the call that a thread waits for, if it does; it fails there with an {@link IOException}. */
    public void abort(Thread thread) {
        answers.abort(thread);
    }

    @Override
    public void close() throws IOException {
        client.close();
        answers.close();
    }
}
