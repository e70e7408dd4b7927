package io.syncline.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncline.changelog.CanonicalJson;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Quarantined;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads what a source's route gives,
 * {@code {"changes":[{"operation","entityType","entityId","data","occurredAt"?}],"failed"?:[{"entityType","entityId","reason"}],"checkpoint","hasMore","total"?}},
 * by the source's entity types. The operation may be called {@code operationType}, as in feeds by GraphQL, so that a route need not make every record
 * anew. A record that fails its type is set aside with the reason; the page goes on. Safe for use by many threads.
 */
public final class Normaliser {

    private static final int LONGEST_RAW = 64 * 1024;
    private static final int LONGEST_NAME = 200;

    private final Supplier<EntityTypes> entityTypes;
    private volatile Compiled compiled;

    public Normaliser(Supplier<EntityTypes> entityTypes) {
        this.entityTypes = entityTypes;
        this.compiled = new Compiled(entityTypes.get());
    }

    /**
     * Takes what a route gave for a page, without reading its records yet.
     *
     * @param source the source that the page was pulled with; a type that another declares is unknown to it
     * @throws SyncFailure.Schema if it is no page
     */
    public UnreadPage open(String source, JsonNode page) {
        JsonNode changes = page.path("changes");
        JsonNode hasMore = page.path("hasMore");
        JsonNode checkpoint = page.path("checkpoint");
        if (!changes.isArray()
                || !hasMore.isBoolean()
                || !(checkpoint.isTextual() || checkpoint.isNull() || checkpoint.isMissingNode())) {
            throw new SyncFailure.Schema(
                    "what the source " + source + " gave is no page of changes, checkpoint and hasMore"
                            + Failures.excerpt(page.toString()),
                    null);
        }
        Optional<String> after =
                checkpoint.isTextual() && !checkpoint.textValue().isEmpty()
                        ? Optional.of(checkpoint.textValue())
                        : Optional.empty();
        boolean empty = changes.isEmpty() && page.path("failed").isEmpty();
        return new UnreadPage(after, hasMore.booleanValue(), empty, () -> read(source, page, after));
    }

    /** Reads one page, as {@link #open} takes it. */
    public PulledPage read(String source, JsonNode page) {
        return open(source, page).read();
    }

    private PulledPage read(String source, JsonNode page, Optional<String> checkpoint) {
        JsonNode changes = page.path("changes");
        Compiled readers = compiled();
        CanonicalJson json = new CanonicalJson();
        List<Observed> observed = new ArrayList<>(changes.size());
        List<Quarantined> quarantined = new ArrayList<>();
        for (JsonNode change : changes) {
            try {
                observed.add(readers.read(source, change, json));
            } catch (InvalidValueException wrong) {
                quarantined.add(readers.setAside(source, change, wrong.getMessage()));
            } catch (RuntimeException fault) {
                throw new SyncFailure.Bug(
                        "unexpected failure to read a record: " + fault,
                        fault,
                        readers.setAside(source, change, fault.toString()));
            }
        }
        int unreadable = quarantined.size();
        page.path("failed").forEach(failed -> quarantined.add(failed(failed)));
        JsonNode estimate = page.path("total");
        OptionalLong total = estimate.isNumber() && estimate.canConvertToLong() && estimate.longValue() >= 0
                ? OptionalLong.of(estimate.longValue())
                : OptionalLong.empty();
        return new PulledPage(
                observed,
                quarantined,
                unreadable,
                checkpoint,
                page.path("hasMore").booleanValue(),
                total);
    }

    /** What the upstream says is there, but could not give. */
    private static Quarantined failed(JsonNode failed) {
        return new Quarantined(
                cut(failed.path("entityType").asText(""), LONGEST_NAME),
                cut(failed.path("entityId").asText(""), LONGEST_NAME),
                cut(failed.path("reason").asText("the upstream could not give it"), LONGEST_NAME),
                cut(failed.toString(), LONGEST_RAW));
    }

    /** The names of a source's entity types in the changelog. */
    public Set<String> entityTypes(String source) {
        return entityTypes.get().namesOf(source);
    }

    private Compiled compiled() {
        EntityTypes current = entityTypes.get();
        Compiled known = compiled;
        if (known.types != current) {
            known = new Compiled(current);
            compiled = known;
        }
        return known;
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }

    private static final class Compiled {

        private final EntityTypes types;
        private final Map<String, EntityReader> byName = new HashMap<>();

        Compiled(EntityTypes types) {
            this.types = types;
            for (EntityType type : types.all()) {
                EntityReader reader = EntityReader.of(type, types.definitions());
                byName.put(type.name().toLowerCase(Locale.ROOT), reader);
                byName.putIfAbsent(type.graphqlName().toLowerCase(Locale.ROOT), reader);
            }
        }

        Observed read(String source, JsonNode change, CanonicalJson json) throws InvalidValueException {
            EntityReader reader = reader(source, change.path("entityType"));
            JsonNode data = change.path("data");
            String id = reader.id(change.path("entityId"), data);
            JsonNode occurred = change.path("occurredAt");
            Optional<Instant> occurredAt = occurred.isMissingNode() || occurred.isNull()
                    ? Optional.empty()
                    : Optional.of(occurredAt(occurred));
            JsonNode told = change.path("operation");
            String operation = (told.isMissingNode() ? change.path("operationType") : told).asText("");
            return switch (operation.toLowerCase(Locale.ROOT)) {
                case "deleted" -> reader.gone(id, occurredAt);
                case "created", "updated", "upsert" -> {
                    if (data.isMissingNode() || data.isNull()) {
                        throw new InvalidValueException("the change " + operation + " comes without its data");
                    }
                    yield reader.present(id, data, occurredAt, json);
                }
                default ->
                    throw new InvalidValueException("the operation \"" + cut(operation, LONGEST_NAME)
                            + "\" is none of created, updated, upsert, deleted");
            };
        }

        /** Under the names by which the record is known when it comes well, as far as it tells them. */
        Quarantined setAside(String source, JsonNode change, String reason) {
            String type = change.path("entityType").asText("");
            String id = change.path("entityId").asText("");
            try {
                EntityReader reader = reader(source, change.path("entityType"));
                type = reader.type().name();
                id = reader.id(change.path("entityId"), change.path("data"));
            } catch (InvalidValueException untold) {
                // Then as it was sent.
            }
            return new Quarantined(
                    cut(type, LONGEST_NAME),
                    cut(id, Observed.LONGEST_TEXT),
                    reason,
                    cut(change.toString(), LONGEST_RAW));
        }

        private static Instant occurredAt(JsonNode occurred) throws InvalidValueException {
            try {
                return ScalarType.instant(occurred);
            } catch (InvalidValueException wrong) {
                throw wrong.in("occurredAt");
            }
        }

        private EntityReader reader(String source, JsonNode entityType) throws InvalidValueException {
            EntityReader reader = byName.get(entityType.asText("").toLowerCase(Locale.ROOT));
            if (reader == null || !reader.type().source().equals(source)) {
                throw new InvalidValueException("the source " + source + " declares no entity type \""
                        + cut(entityType.asText(""), LONGEST_NAME) + "\"");
            }
            return reader;
        }
    }
}
