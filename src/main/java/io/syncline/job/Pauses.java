package io.syncline.job;

import io.syncline.integration.IntegrationSettings;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * Which integrations pause because their upstream refuses the credentials; kept over restarts, and the same in all processes of one database. A pause
 * ends by itself, for an upstream may refuse for a while what it accepts again, and each pause in a row is twice as long; it ends at once when the
 * integration's settings have changed. Safe for use by many threads.
 */
final class Pauses {

    private static final Duration SHORTEST = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    /** Another process may have changed something. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** @param reason what the upstream said */
    record Pause(Instant until, Duration length, String reason) {}

    private record Row(Pause pause, int settings) {}

    private record Loaded(Map<String, Row> rows, Instant at) {}

    private final Jdbi jdbi;
    private final Jdbi reader;
    private final boolean shared;
    private final Map<String, Integer> settings;
    private final Clock clock;
    private volatile Loaded loaded;

    Pauses(Database database, List<IntegrationSettings> integrations, Clock clock) {
        this.jdbi = database.jdbi();
        this.reader = database.readerJdbi();
        this.shared = database.dialect() == Database.Dialect.POSTGRESQL;
        this.settings = integrations.stream()
                .collect(Collectors.toMap(
                        IntegrationSettings::id,
                        integration -> integration.parameters().hashCode()));
        this.clock = clock;
        this.loaded = load();
    }

    /** Pauses an integration and says until when. */
    Instant pause(String integrationId, String reason) {
        Duration length = last(integrationId)
                .map(before -> before.length.multipliedBy(2))
                .filter(doubled -> doubled.compareTo(LONGEST) <= 0)
                .orElseGet(() -> last(integrationId).isPresent() ? LONGEST : SHORTEST);
        Instant until = clock.instant().plus(length);
        jdbi.useHandle(
                handle -> handle.createUpdate("INSERT INTO pause (integration_id, until_at, length, reason, settings)"
                                + " VALUES (:id, :until, :length, :reason, :settings) ON CONFLICT (integration_id) DO UPDATE SET"
                                + " until_at = excluded.until_at, length = excluded.length, reason = excluded.reason,"
                                + " settings = excluded.settings")
                        .bind("id", integrationId)
                        .bind("until", until.toEpochMilli())
                        .bind("length", length.toMillis())
                        .bind("reason", reason)
                        .bind("settings", settings(integrationId))
                        .execute());
        loaded = load();
        return until;
    }

    boolean isPaused(String integrationId) {
        return last(integrationId)
                .map(pause -> pause.until.isAfter(clock.instant()))
                .orElse(false);
    }

    /** The last pause since the integration's last good job, also after its end. */
    Optional<Pause> last(String integrationId) {
        Loaded current = loaded;
        if (shared && Duration.between(current.at, clock.instant()).compareTo(FRESH) > 0) {
            current = load();
            loaded = current;
        }
        return Optional.ofNullable(current.rows.get(integrationId))
                .filter(row -> row.settings == settings(integrationId))
                .map(Row::pause);
    }

    void clear(String integrationId) {
        if (last(integrationId).isPresent()) {
            jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM pause WHERE integration_id = :id")
                    .bind("id", integrationId)
                    .execute());
            loaded = load();
        }
    }

    private int settings(String integrationId) {
        return settings.getOrDefault(integrationId, 0);
    }

    private Loaded load() {
        Instant now = clock.instant();
        return reader.withHandle(handle -> new Loaded(
                handle
                        .createQuery("SELECT integration_id, until_at, length, reason, settings FROM pause")
                        .map((row, context) -> Map.entry(
                                row.getString(1),
                                new Row(
                                        new Pause(
                                                Instant.ofEpochMilli(row.getLong(2)),
                                                Duration.ofMillis(row.getLong(3)),
                                                row.getString(4)),
                                        row.getInt(5))))
                        .list()
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                now));
    }
}
