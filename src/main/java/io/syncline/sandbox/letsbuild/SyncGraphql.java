package io.syncline.sandbox.letsbuild;

import graphql.ErrorType;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.EnumTypeDefinition;
import graphql.language.EnumValueDefinition;
import graphql.schema.Coercing;
import graphql.schema.DataFetcherFactories;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.LightDataFetcher;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.syncline.sandbox.letsbuild.Cursors.CursorException;
import io.syncline.sandbox.letsbuild.SyncPages.ChangeSet;
import io.syncline.sandbox.upstream.Distortion;
import io.syncline.sandbox.upstream.Fields;
import io.syncline.sandbox.upstream.Ledger.Entry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Executes GraphQL over the published schema. Thread-safe; parsed documents are kept, up to a bound. */
final class SyncGraphql {
    private static final Map<String, String> SYNCS = Map.of(
            "projectSync", Catalog.PROJECT,
            "formSync", Catalog.FORM,
            "pointSync", Catalog.POINT,
            "contactDetailsSync", Catalog.CONTACT_DETAILS);
    private static final int DOCUMENTS_KEPT = 200;
    private static final long LARGEST_EXACT_NUMBER = (1L << 53) - 1;

    private final SyncPages pages;
    private TypeDefinitionRegistry registry;
    private volatile GraphQL graphql;

    SyncGraphql(Catalog catalog, SyncPages pages) {
        this.pages = pages;
        this.registry = catalog.registry();
        this.graphql = build(registry);
    }

    ExecutionResult execute(String query, String operationName, Map<String, Object> variables, Distortion distortion) {
        return graphql.execute(ExecutionInput.newExecutionInput(query)
                .operationName(operationName)
                .variables(variables)
                .graphQLContext(Map.of(Distortion.class, distortion))
                .build());
    }

    /** Makes {@code value} a value of the enum, as a vendor does who adds one without a word. */
    synchronized void addEnumValue(String enumName, String value) {
        EnumTypeDefinition type = registry.getTypeOrNull(enumName, EnumTypeDefinition.class);
        boolean known = type.getEnumValueDefinitions().stream()
                .anyMatch(definition -> definition.getName().equals(value));
        if (!known) {
            EnumTypeDefinition wider = type.transform(builder -> builder.enumValueDefinition(
                    EnumValueDefinition.newEnumValueDefinition().name(value).build()));
            registry.remove(type);
            registry.add(wider);
            graphql = build(registry);
        }
    }

    private GraphQL build(TypeDefinitionRegistry types) {
        RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring()
                .scalar(scalar("UUID", Function.identity()))
                .scalar(scalar("DateTime", Function.identity()))
                .scalar(scalar("BigInt", SyncGraphql::exact))
                .codeRegistry(GraphQLCodeRegistry.newCodeRegistry()
                        .defaultDataFetcher(DataFetcherFactories.useDataFetcher(new MemberFetcher())))
                .type("Query", query -> {
                    SYNCS.forEach((field, type) -> query.dataFetcher(field, environment -> page(type, environment)));
                    return query;
                })
                .type(
                        "AproplanSyncEntity",
                        union -> union.typeResolver(environment -> environment
                                .getSchema()
                                .getObjectType(
                                        ((Data) environment.getObject()).entry().entityType())));
        for (String open : List.of("Change", "SyncChangeSet")) {
            wiring.type(open, type -> type.typeResolver(environment -> null));
        }
        GraphQLSchema schema = new SchemaGenerator().makeExecutableSchema(types, wiring.build());
        return GraphQL.newGraphQL(schema)
                .preparsedDocumentProvider(new KeptDocuments())
                .defaultDataFetcherExceptionHandler(SyncGraphql::explain)
                .build();
    }

    private ChangeSet page(String entityType, DataFetchingEnvironment environment) {
        Optional<String> cursor = Optional.ofNullable(environment.getArgument("cursor"));
        return pages.read(
                entityType, cursor, environment.getGraphQlContext().getOrDefault(Distortion.class, Distortion.NONE));
    }

    private static CompletableFuture<DataFetcherExceptionHandlerResult> explain(
            DataFetcherExceptionHandlerParameters failure) {
        GraphqlErrorBuilder<?> error = GraphqlErrorBuilder.newError()
                .path(failure.getPath())
                .location(failure.getSourceLocation())
                .errorType(ErrorType.DataFetchingException);
        if (failure.getException() instanceof CursorException refused) {
            error.message(refused.getMessage()).extensions(Map.of("code", refused.code()));
        } else {
            error.message("Internal error").extensions(Map.of("code", "INTERNAL_SERVER_ERROR"));
        }
        GraphQLError explained = error.build();
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(explained).build());
    }

    private static Object exact(Object value) {
        long number = ((Number) value).longValue();
        return Math.abs(number) <= LARGEST_EXACT_NUMBER ? (Object) number : Long.toString(number);
    }

    private static GraphQLScalarType scalar(String name, Function<Object, Object> write) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .coercing(new Coercing<Object, Object>() {
                    @Override
                    public Object serialize(Object value, graphql.GraphQLContext context, java.util.Locale locale) {
                        return write.apply(value);
                    }
                })
                .build();
    }

    /** A living entity together with the change that it is read from. */
    private record Data(Entry entry, Fields fields) {}

    /** Reads members of pages, changes and entities without reflection and without an environment for each. */
    private static final class MemberFetcher implements LightDataFetcher<Object> {
        @Override
        public Object get(DataFetchingEnvironment environment) {
            return get(environment.getFieldDefinition(), environment.getSource(), () -> environment);
        }

        @Override
        public Object get(
                GraphQLFieldDefinition definition, Object source, Supplier<DataFetchingEnvironment> environment) {
            String member = definition.getName();
            if (source instanceof Data data) {
                return member.equals(Catalog.SEQUENCE_VERSION)
                        ? data.entry().sequence()
                        : data.fields().get(member).orElse(null);
            }
            if (source instanceof Entry entry) {
                return ofChange(entry, member);
            }
            if (source instanceof ChangeSet page) {
                return ofPage(page, member);
            }
            return ((Fields) source).get(member).orElse(null);
        }

        private static Object ofChange(Entry entry, String member) {
            return switch (member) {
                case "entityId" -> entry.entityId();
                case "entityType" -> entry.entityType();
                case "operationType" ->
                    switch (entry.operation()) {
                        case CREATED -> "Created";
                        case UPDATED -> "Updated";
                        case DELETED -> "Deleted";
                    };
                case "data" ->
                    entry.data().map(fields -> new Data(entry, fields)).orElse(null);
                default -> throw new IllegalArgumentException(member);
            };
        }

        private static Object ofPage(ChangeSet page, String member) {
            return switch (member) {
                case "changes" -> page.changes();
                case "cursor" -> page.cursor();
                case "hasMore" -> page.hasMore();
                case "maxSequence" -> page.maxSequence();
                default -> throw new IllegalArgumentException(member);
            };
        }
    }

    /** The parsed and validated documents that were used last. */
    private static final class KeptDocuments implements PreparsedDocumentProvider {
        private final Map<String, PreparsedDocumentEntry> documents =
                Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, PreparsedDocumentEntry> eldest) {
                        return size() > DOCUMENTS_KEPT;
                    }
                });

        @Override
        public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
                ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
            PreparsedDocumentEntry document = documents.get(input.getQuery());
            if (document == null) {
                document = parseAndValidate.apply(input);
                documents.put(input.getQuery(), document);
            }
            return CompletableFuture.completedFuture(document);
        }
    }
}
