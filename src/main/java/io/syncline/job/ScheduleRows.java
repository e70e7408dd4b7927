package io.syncline.job;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** The schedules that were changed at run time, as the table has them. Safe for use by many threads. */
final class ScheduleRows {

    /** Another process may have changed one. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private record Row(String chosen, String replaced) {}

    private record Loaded(Map<String, Row> rows, Instant at) {}

    private final Jdbi jdbi;
    private final Jdbi reader;
    private final boolean shared;
    private final Clock clock;
    private volatile Loaded loaded;

    ScheduleRows(Database database, Clock clock) {
        this.jdbi = database.jdbi();
        this.reader = database.readerJdbi();
        this.shared = database.dialect() == Database.Dialect.POSTGRESQL;
        this.clock = clock;
        this.loaded = load();
    }

    /** What was chosen for an integration, unless its settings have changed since. */
    Optional<Schedule> chosen(IntegrationSettings integration) {
        Loaded current = loaded;
        if (shared && Duration.between(current.at, clock.instant()).compareTo(FRESH) > 0) {
            current = load();
            loaded = current;
        }
        return Optional.ofNullable(current.rows.get(integration.id()))
                .filter(row -> row.replaced.equals(integration.schedule().text()))
                .map(row -> Schedule.of(row.chosen));
    }

    void choose(IntegrationSettings integration, Schedule schedule) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO schedule (integration_id, chosen, replaced, changed_at) VALUES (:id, :chosen, :replaced, :now)"
                                + " ON CONFLICT (integration_id) DO UPDATE SET chosen = excluded.chosen,"
                                + " replaced = excluded.replaced, changed_at = excluded.changed_at")
                .bind("id", integration.id())
                .bind("chosen", schedule.text())
                .bind("replaced", integration.schedule().text())
                .bind("now", clock.millis())
                .execute());
        loaded = load();
    }

    private Loaded load() {
        Instant now = clock.instant();
        return reader.withHandle(handle -> new Loaded(
                handle
                        .createQuery("SELECT integration_id, chosen, replaced FROM schedule")
                        .map((row, context) -> Map.entry(row.getString(1), new Row(row.getString(2), row.getString(3))))
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                now));
    }
}
