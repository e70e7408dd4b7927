package io.syncline.graphql;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import graphql.TypeResolutionEnvironment;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLObjectType;
import graphql.schema.TypeResolver;
import graphql.schema.idl.FieldWiringEnvironment;
import graphql.schema.idl.InterfaceWiringEnvironment;
import graphql.schema.idl.UnionWiringEnvironment;
import graphql.schema.idl.WiringFactory;
import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.Operation;
import io.syncline.integration.EntityType;
import io.syncline.integration.EntityTypes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where the GraphQL library finds the data: the changelog's pages, their changes, and their stored snapshots. */
final class SyncWiring implements WiringFactory {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** A snapshot, with the number of the change that it belongs to. */
    private record Entity(ServedType type, JsonNode snapshot, long sequenceVersion) {}

    private record ServedChange(ServedType type, Change change) {}

    private final Changelog changelog;
    private final Map<String, ServedType> types;

    SyncWiring(Changelog changelog, EntityTypes entityTypes) {
        this.changelog = changelog;
        this.types = entityTypes.all().stream()
                .collect(Collectors.toMap(EntityType::syncField, ServedType::of, (one, other) -> one));
    }

    @Override
    public DataFetcher<?> getDefaultDataFetcher(FieldWiringEnvironment environment) {
        return this::fetch;
    }

    @Override
    public boolean providesTypeResolver(InterfaceWiringEnvironment environment) {
        return true;
    }

    @Override
    public TypeResolver getTypeResolver(InterfaceWiringEnvironment environment) {
        return this::resolve;
    }

    @Override
    public boolean providesTypeResolver(UnionWiringEnvironment environment) {
        return true;
    }

    @Override
    public TypeResolver getTypeResolver(UnionWiringEnvironment environment) {
        return this::resolve;
    }

    private GraphQLObjectType resolve(TypeResolutionEnvironment environment) {
        Entity entity = environment.getObject();
        return environment.getSchema().getObjectType(entity.type().name());
    }

    private Object fetch(DataFetchingEnvironment environment) throws IOException {
        Object source = environment.getSource();
        String field = environment.getField().getName();
        if (source instanceof FeedResult result) {
            return changeSetField(result, field);
        }
        if (source instanceof ServedChange change) {
            return changeField(change, field);
        }
        if (source instanceof Entity entity) {
            return field.equals(SyncSchema.SEQUENCE_VERSION)
                    ? entity.sequenceVersion()
                    : StoredValue.of(entity.snapshot().get(field), environment.getFieldType());
        }
        if (source instanceof JsonNode object) {
            return StoredValue.of(object.get(field), environment.getFieldType());
        }
        return sync(environment, types.get(field));
    }

    private FeedResult sync(DataFetchingEnvironment environment, ServedType type) {
        Optional<String> cursor = Optional.ofNullable(environment.getArgument("cursor"));
        Optional<Integer> limit = Optional.ofNullable(environment.getArgument("limit"));
        Optional<String> integrationId = Optional.ofNullable(environment.getArgument("integrationId"));
        int most = limit.orElse(SyncSchema.DEFAULT_LIMIT);
        if (most < 1 || most > SyncSchema.MAX_LIMIT) {
            throw new GraphqlException(
                    ErrorCode.BAD_USER_INPUT,
                    "The argument limit of " + type.syncField() + " must be from 1 to " + SyncSchema.MAX_LIMIT);
        }
        RequestContext context = environment.getGraphQlContext().get(RequestContext.class);
        return FeedResult.read(changelog, context, type, type.query(integrationId), cursor, most);
    }

    private static Object changeSetField(FeedResult result, String field) {
        Function<Change, ServedChange> served = change -> new ServedChange(result.type(), change);
        return switch (field) {
            case "changes" -> {
                List<Change> changes = result.page().changes();
                yield changes.stream().map(served).toList();
            }
            case "cursor" -> result.page().cursor();
            case "hasMore" -> result.page().hasMore();
            case "maxSequence" -> result.maxSequence();
            default -> throw new IllegalStateException("no field " + field + " on a change set");
        };
    }

    private static Object changeField(ServedChange served, String field) throws IOException {
        Change change = served.change();
        return switch (field) {
            case "data" ->
                change.data().isEmpty()
                        ? null
                        : new Entity(
                                served.type(), MAPPER.readTree(change.data().get()), change.sequenceVersion());
            case "entityId" -> change.entityId();
            case "entityType" -> served.type().name();
            case "operationType" -> operationType(change.operation());
            case "sequenceVersion" -> change.sequenceVersion();
            default -> throw new IllegalStateException("no field " + field + " on a change");
        };
    }

    /** In the spelling of the schema. */
    static String operationType(Operation operation) {
        return switch (operation) {
            case CREATED -> "Created";
            case UPDATED -> "Updated";
            case DELETED -> "Deleted";
        };
    }
}
