package io.syncline.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.integration.KnownSecrets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people, by the route {@code alert}, of what they may have to do something about. Nothing waits for that route: what it cannot take in time is
 * dropped, which the log says. Safe for use by many threads.
 */
final class Alerts implements AutoCloseable {

    /** What can be told. */
    enum Kind {
        JOB_FAILED,
        INTEGRATION_PAUSED,
        BREAKER_OPENED,
        DELETES_HELD_BACK;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Told(String message, int times) {}

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_WAITING = 200;

    private final KnownSecrets secrets;
    private final Clock clock;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor teller = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
                Thread thread = new Thread(task, "syncline-alerts");
                thread.setDaemon(true);
                return thread;
            },
            (task, executor) -> LOG.warn("An alert is dropped: the route alert does not keep up"));
    private volatile ProducerTemplate routes;

    Alerts(KnownSecrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
        teller.allowCoreThreadTimeOut(true);
    }

    /** From now on, alerts go to the routes. */
    void start(ProducerTemplate template) {
        routes = template;
    }

    /** Tells of something; how often the same was told in a row before goes with it. */
    void raise(Kind kind, String integrationId, String jobId, String quoting) {
        String message = secrets.of(integrationId).masked(quoting);
        int repeats = told.compute(
                        integrationId + '/' + kind,
                        (key, before) -> before != null && before.message.equals(message)
                                ? new Told(message, before.times + 1)
                                : new Told(message, 0))
                .times;
        ObjectNode body = JSON.createObjectNode()
                .put("kind", kind.text())
                .put("integrationId", integrationId)
                .put("jobId", jobId)
                .put("message", message)
                .put("repeats", repeats)
                .put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("kind", kind.text());
        headers.put("integrationId", integrationId);
        headers.put("jobId", jobId);
        headers.put("repeats", repeats);
        teller.execute(() -> tell(body.toString(), headers));
    }

    private void tell(String body, Map<String, Object> headers) {
        ProducerTemplate template = routes;
        if (template == null || template.getCamelContext().getRoute("alert") == null) {
            LOG.warn("There is no route alert to tell: {}", body);
            return;
        }
        try {
            template.sendBodyAndHeaders("direct:alert", body, headers);
        } catch (RuntimeException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            LOG.warn("The route alert failed ({}) to tell: {}", cause.getMessage(), body);
        }
    }

    /** What was told is over: if it is told again, it is new. */
    void settled(String integrationId, Kind kind) {
        told.remove(integrationId + '/' + kind);
    }

    @Override
    public void close() {
        teller.shutdownNow();
    }
}
