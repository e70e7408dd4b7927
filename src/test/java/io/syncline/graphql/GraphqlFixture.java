package io.syncline.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Snapshot;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import io.syncline.storage.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** A changelog on SQLite with an engine over it, and short words to fill the one and ask the other. */
final class GraphqlFixture implements AutoCloseable {

    static final EntityTypes ENTITY_TYPES = EntityTypes.load(Path.of("routes/sources"));
    static final View EVERYTHING = new View("auditor", true, Set.of());
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Database database;
    private final Changelog changelog;
    private final EntityTypes entityTypes;
    private final GraphqlEngine engine;

    private GraphqlFixture(Path folder, EntityTypes entityTypes, GraphqlSettings settings) {
        this.database = TestDatabase.sqlite(folder).open();
        this.changelog = Changelog.open(database, Clock.systemUTC());
        this.entityTypes = entityTypes;
        this.engine = new GraphqlEngine(changelog, entityTypes, settings);
    }

    static GraphqlFixture in(Path folder) {
        return in(folder, ENTITY_TYPES, GraphqlSettings.defaults(true));
    }

    static GraphqlFixture in(Path folder, EntityTypes entityTypes, GraphqlSettings settings) {
        return new GraphqlFixture(folder, entityTypes, settings);
    }

    Database database() {
        return database;
    }

    Changelog changelog() {
        return changelog;
    }

    EntityTypes entityTypes() {
        return entityTypes;
    }

    GraphqlEngine engine() {
        return engine;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Appends entities of one type, each as JSON with its {@code id}. */
    void append(String integrationId, String entityType, String... entities) {
        List<Observed> observed = Stream.of(entities)
                .<Observed>map(text -> present(entityType, (ObjectNode) json(text)))
                .toList();
        append(integrationId, observed);
    }

    void delete(String integrationId, String entityType, String entityId) {
        append(integrationId, List.of(new Observed.Gone(entityType, entityId, Optional.empty())));
    }

    void append(String integrationId, List<Observed> observed) {
        changelog.append(new Page(integrationId, "all", 1, Optional.empty(), observed, List.of(), Optional.empty()));
    }

    static Observed present(String entityType, ObjectNode entity) {
        return new Observed.Present(
                entityType,
                entity.get("id").asText(),
                Snapshot.of(entity),
                Optional.empty(),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }

    static GraphqlRequest request(String query, Map<String, Object> variables) {
        return new GraphqlRequest(query, Optional.empty(), variables, false);
    }

    /** The response to a query that sees everything. */
    String ask(String query) {
        return ask(EVERYTHING, query, Map.of());
    }

    String ask(String query, Map<String, Object> variables) {
        return ask(EVERYTHING, query, variables);
    }

    String ask(View view, String query, Map<String, Object> variables) {
        return text(engine.answer(new RequestContext(view, TIMEOUT), request(query, variables)));
    }

    /** Without its cursors, no two of which are ever alike. */
    static String withoutCursors(String answer) {
        return answer.replaceAll("\"B[A-Za-z0-9_-]{102,145}\"", "\"CURSOR\"");
    }

    /** The same by the library alone. */
    String askLibrary(String query, Map<String, Object> variables) {
        return text(engine.answerByLibrary(new RequestContext(EVERYTHING, TIMEOUT), request(query, variables)));
    }

    /** The same by a plan alone; empty where it leaves the query to the library. */
    Optional<String> askPlan(String query, Map<String, Object> variables) {
        return engine.answerByPlan(new RequestContext(EVERYTHING, TIMEOUT), request(query, variables))
                .map(GraphqlFixture::text);
    }

    JsonNode data(String query, Map<String, Object> variables) {
        return json(ask(query, variables)).get("data");
    }

    static String text(GraphqlEngine.Answer answer) {
        ByteBuffer body = answer.body();
        return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    @Override
    public void close() {
        changelog.close();
        database.close();
    }
}
