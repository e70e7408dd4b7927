package io.syncline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Appended;
import io.syncline.http.ConnectionEnd;
import io.syncline.operations.IntegrationStatus.Breaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final Metrics metrics = Metrics.create();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void countsAppendedChangesByIntegrationAndOperation() {
        metrics.appended("acme", "points", 1, new Appended(3, 2, 1, 7, 0, 5, 6));
        metrics.appended("acme", "forms", 1, new Appended(1, 0, 0, 0, 4, 0, 7));

        assertThat(scrape())
                .contains("syncline_changes_appended_total{integration=\"acme\",operation=\"created\"} 4.0")
                .contains("syncline_changes_appended_total{integration=\"acme\",operation=\"updated\"} 2.0")
                .contains("syncline_changes_appended_total{integration=\"acme\",operation=\"deleted\"} 1.0")
                .contains("syncline_records_not_appended_total{integration=\"acme\",result=\"unchanged\"} 7.0")
                .contains("syncline_records_not_appended_total{integration=\"acme\",result=\"stale\"} 4.0")
                .contains("syncline_records_not_appended_total{integration=\"acme\",result=\"quarantined\"} 5.0")
                .contains("syncline_pages_appended_total{integration=\"acme\"} 2.0");
    }

    @Test
    void timesPagesByProtocolAndTellsIdlePollsApart() {
        FeedMeter rest = metrics.feed("rest");
        rest.served(System.nanoTime(), 500);
        rest.served(System.nanoTime(), 0);
        rest.served(System.nanoTime(), 0);

        assertThat(scrape())
                .contains("syncline_feed_page_seconds_count{protocol=\"rest\",result=\"changes\"} 1")
                .contains("syncline_feed_page_seconds_count{protocol=\"rest\",result=\"idle\"} 2")
                .contains("syncline_feed_page_seconds_bucket{protocol=\"rest\",result=\"idle\",le=\"2.0\"} 2")
                .contains("syncline_feed_changes_total{protocol=\"rest\"} 500.0");
        assertThat(metrics.feed("rest")).isSameAs(rest);
    }

    @Test
    void showsLagHealthAndBreakerOfEveryIntegration() {
        String text = metrics.scrape(
                List.of(Statuses.withBreaker(Statuses.synced(now.minusSeconds(12)), Breaker.OPEN)), List.of(), now);

        assertThat(text)
                .contains("syncline_integration_lag_seconds{integration=\"acme\"} 12.0")
                .contains("syncline_integration_healthy{integration=\"acme\"} 0.0")
                .contains("syncline_integration_breaker{integration=\"acme\",state=\"open\"} 1.0")
                .contains("syncline_integration_breaker{integration=\"acme\",state=\"closed\"} 0.0");
    }

    @Test
    void forgetsAnIntegrationThatIsGone() {
        metrics.scrape(List.of(Statuses.synced(now)), List.of(), now);

        assertThat(scrape()).doesNotContain("acme");
    }

    @Test
    void showsHowManyClientsAreConnectedAndWhyConnectionsWereEnded() {
        metrics.watchConnections(() -> 7, reason -> reason == ConnectionEnd.REFUSED ? 3 : 0);

        assertThat(scrape())
                .contains("syncline_http_connections 7.0")
                .contains("syncline_http_connections_ended_total{reason=\"refused\"} 3.0")
                .contains("syncline_http_connections_ended_total{reason=\"idle\"} 0.0");
    }

    @Test
    void showsTheHeadAndWhatNeedsAttention() {
        metrics.watchHead(() -> 42);

        assertThat(metrics.scrape(List.of(), List.of(new Census.Count("acme", 3, 4)), now))
                .contains("syncline_changelog_head 42.0")
                .contains("syncline_entities_partial{integration=\"acme\"} 3.0")
                .contains("syncline_quarantine_records{integration=\"acme\"} 4.0");
    }

    @Test
    void areThoseThatAreDocumented() throws IOException {
        metrics.appended("acme", "points", 1, new Appended(3, 2, 1, 7, 0, 5, 6));
        metrics.feed("rest").served(System.nanoTime(), 500);
        metrics.watchHead(() -> 42);
        metrics.watchConnections(() -> 7, reason -> 0);
        metrics.watchJobs(2, () -> 1, () -> Map.of("acme", 1));
        String text = metrics.scrape(List.of(Statuses.synced(now)), List.of(new Census.Count("acme", 3, 4)), now);

        Set<String> shown = found("(?m)^# TYPE (syncline_[a-z_]+) ", text);
        // Of the histogram.
        shown.remove("syncline_feed_page_seconds_max");
        assertThat(shown)
                .isEqualTo(found("(?m)^\\| `(syncline_[a-z_]+)` \\|", Files.readString(Path.of("docs/operating.md"))));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void showsTheJvm() {
        assertThat(scrape()).contains("jvm_memory_used_bytes", "process_uptime_seconds", "jvm_gc_");
    }

    private String scrape() {
        return metrics.scrape(List.of(), List.of(), now);
    }
}
