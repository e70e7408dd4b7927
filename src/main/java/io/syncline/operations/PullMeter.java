package io.syncline.operations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.syncline.changelog.Appended;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one integration pulled. Safe for use by many threads. */
final class PullMeter {

    private final Counter created;
    private final Counter updated;
    private final Counter deleted;
    private final Counter unchanged;
    private final Counter stale;
    private final Counter quarantined;
    private final Counter pages;
    private final Map<String, LongAdder> recordsOfStream = new ConcurrentHashMap<>();
    private final LongAdder changes = new LongAdder();

    PullMeter(MeterRegistry registry, String integrationId) {
        created = changes(registry, integrationId, "created");
        updated = changes(registry, integrationId, "updated");
        deleted = changes(registry, integrationId, "deleted");
        unchanged = records(registry, integrationId, "unchanged");
        stale = records(registry, integrationId, "stale");
        quarantined = records(registry, integrationId, "quarantined");
        pages = Counter.builder("syncline.pages.appended")
                .description("Pages pulled from upstream and committed, those without a change included")
                .tag("integration", integrationId)
                .register(registry);
    }

    private static Counter changes(MeterRegistry registry, String integrationId, String operation) {
        return Counter.builder("syncline.changes.appended")
                .description("Changes appended to the changelog")
                .tag("integration", integrationId)
                .tag("operation", operation)
                .register(registry);
    }

    private static Counter records(MeterRegistry registry, String integrationId, String result) {
        return Counter.builder("syncline.records.not.appended")
                .description("Records pulled that gave no change, by why")
                .tag("integration", integrationId)
                .tag("result", result)
                .register(registry);
    }

    void appended(String stream, int committed, Appended appended) {
        pages.increment(committed);
        created.increment(appended.created());
        updated.increment(appended.updated());
        deleted.increment(appended.deleted());
        unchanged.increment(appended.unchanged());
        stale.increment(appended.stale());
        quarantined.increment(appended.quarantined());
        changes.add(appended.changes());
        recordsOfStream
                .computeIfAbsent(stream, name -> new LongAdder())
                .add((long) appended.changes() + appended.unchanged() + appended.stale() + appended.quarantined());
    }

    long changes() {
        return changes.sum();
    }

    Map<String, LongAdder> recordsOfStream() {
        return Map.copyOf(recordsOfStream);
    }
}
