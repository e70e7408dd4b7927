package io.syncline.changelog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.storage.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Short words for what the changelog's tests say all the time. */
final class ChangelogFixture {

    static final View EVERYTHING = new View("auditor", true, Set.of());
    static final FeedQuery ALL = new FeedQuery("changes", Set.of(), Optional.empty());

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private ChangelogFixture() {}

    /**
     * A changelog that keeps so few entities in memory that it puts them into their tree all the time, reads the
     * smallest pages ahead, and the smallest narrow ones in halves.
     */
    static Changelog open(Database database, Clock clock) {
        return Changelog.open(database, entities(database), new ReadAhead(1, clock), new PageHalves(2), clock);
    }

    private static Entities entities(Database database) {
        return switch (database.dialect()) {
            case SQLITE -> new SqliteEntities(8, ChangelogFixture::crowded);
            case POSTGRESQL -> new PostgresEntities();
        };
    }

    /** A hash that many ids share. */
    static long crowded(int collectionNo, String entityId) {
        return (collectionNo * 31L + entityId.hashCode()) % 16;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Snapshot snapshot(String text) {
        return Snapshot.of(json(text));
    }

    static Observed.Present form(String id, String name) {
        return present("Form", id, name);
    }

    static Observed.Present present(String type, String id, String name) {
        return new Observed.Present(
                type,
                id,
                snapshot("{\"id\":\"" + id + "\",\"name\":\"" + name + "\"}"),
                Optional.empty(),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }

    static Observed.Present versioned(String id, String name, long version) {
        Observed.Present form = form(id, name);
        return new Observed.Present(
                "Form", id, form.snapshot(), Optional.empty(), OptionalLong.of(version), false, Optional.empty());
    }

    static Observed.Gone gone(String type, String id) {
        return new Observed.Gone(type, id, Optional.empty());
    }

    static Page page(String integrationId, Observed... observed) {
        return new Page(integrationId, "forms", 1, Optional.empty(), List.of(observed), List.of(), Optional.empty());
    }

    static Page page(String integrationId, String checkpoint, List<Observed> observed) {
        return new Page(integrationId, "forms", 1, Optional.empty(), observed, List.of(), Optional.of(checkpoint));
    }

    /** Reads to the end. */
    static Drained drain(Changelog changelog, View view, FeedQuery query, Optional<String> cursor, int limit) {
        List<Change> changes = new ArrayList<>();
        FeedPage page = changelog.read(view, query, cursor, limit);
        changes.addAll(page.changes());
        while (page.hasMore()) {
            page = changelog.read(view, query, Optional.of(page.cursor()), limit);
            changes.addAll(page.changes());
        }
        return new Drained(changes, page.cursor());
    }

    static List<Change> drain(Changelog changelog) {
        return drain(changelog, EVERYTHING, ALL, Optional.empty(), 100).changes();
    }

    record Drained(List<Change> changes, String cursor) {}

    /** As {@code 3 updated crm/Form/a {"id":"a","name":"x"}}. */
    static String text(Change change) {
        return change.sequenceVersion() + " " + change.operation().name().toLowerCase(java.util.Locale.ROOT) + " "
                + change.integrationId() + "/" + change.entityType() + "/" + change.entityId()
                + change.data()
                        .map(data -> " " + new String(data, StandardCharsets.UTF_8))
                        .orElse("");
    }

    static Stream<String> texts(List<Change> changes) {
        return changes.stream().map(ChangelogFixture::text);
    }

    /** A clock that stands until it is told to go on. */
    static final class SetClock extends Clock {

        private volatile Instant now = Instant.parse("2026-03-01T08:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
