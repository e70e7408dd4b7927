package io.syncline.graphql;

import graphql.ExecutionInput;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import graphql.parser.exceptions.ParseCancelledTooDeepException;
import graphql.validation.GoodFaithIntrospectionExceeded;
import graphql.validation.ValidationError;
import io.syncline.changelog.Changelog;
import io.syncline.integration.EntityTypes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Answers GraphQL requests over one set of entity types. Knows nothing of HTTP. Safe for use by many threads. */
final class GraphqlEngine {

    /**
     * An answer.
     *
     * @param body JSON
     * @param ran whether the operation was run; if not, the body holds only errors
     * @param changes how many changes were read for it
     */
    record Answer(ByteBuffer body, boolean ran, int changes) {}

    /** An operation that may change something, where only a query may be run. */
    static final class NotReadOnlyException extends RuntimeException {

        NotReadOnlyException() {
            super(null, null, false, false);
        }
    }

    private final Changelog changelog;
    private final GraphqlSettings settings;
    private final SyncSchema schema;
    private final Library library;
    private final QueryCache cache;
    private final ParserOptions parserOptions;

    /** As {@link SyncSchema#of}. */
    GraphqlEngine(Changelog changelog, EntityTypes entityTypes, GraphqlSettings settings) {
        this.changelog = changelog;
        this.settings = settings;
        this.schema = SyncSchema.of(entityTypes, new SyncWiring(changelog, entityTypes));
        this.library = new Library(schema.schema());
        this.cache = new QueryCache(settings.cachedQueries());
        this.parserOptions = ParserOptions.getDefaultOperationParserOptions()
                .transform(options -> options.maxCharacters(settings.maxQueryLength())
                        .maxTokens(settings.maxTokens())
                        .maxWhitespaceTokens(Integer.MAX_VALUE)
                        .captureLineComments(false));
    }

    SyncSchema schema() {
        return schema;
    }

    /**
     * Answers a request.
     *
     * @throws GraphqlException if the request is not well-formed, not valid or asks for too much
     * @throws NotReadOnlyException if it is no query where it has to be one
     * @throws RequestContext.TimeoutException if it takes too long
     */
    Answer answer(RequestContext context, GraphqlRequest request) {
        PreparedQuery prepared = prepared(request);
        prepared.limits().check(settings, request.variables());
        return answerByPlan(context, request, prepared).orElseGet(() -> answerByLibrary(context, request, prepared));
    }

    /** As {@link #answer}, by a plan alone; empty where the library has to be asked. */
    Optional<Answer> answerByPlan(RequestContext context, GraphqlRequest request) {
        return answerByPlan(context, request, prepared(request));
    }

    private Optional<Answer> answerByPlan(RequestContext context, GraphqlRequest request, PreparedQuery prepared) {
        return prepared.plan()
                .flatMap(plan -> plan.run(changelog, context, request.variables()))
                .map(body -> new Answer(body, true, context.changes()));
    }

    /** As {@link #answer}, without a plan: what a plan has to be equal to. */
    Answer answerByLibrary(RequestContext context, GraphqlRequest request) {
        return answerByLibrary(context, request, prepared(request));
    }

    private Answer answerByLibrary(RequestContext context, GraphqlRequest request, PreparedQuery prepared) {
        Library.Result result = library.run(prepared, request, context);
        return new Answer(result.body(), result.ran(), context.changes());
    }

    int cachedQueries() {
        return cache.size();
    }

    private PreparedQuery prepared(GraphqlRequest request) {
        Optional<PreparedQuery> known = cache.find(request);
        PreparedQuery prepared;
        if (known.isPresent()) {
            prepared = known.get();
        } else {
            prepared = prepare(request);
            cache.keep(request, prepared);
        }
        return prepared;
    }

    private PreparedQuery prepare(GraphqlRequest request) {
        Document document = parsed(request);
        OperationDefinition operation = operation(document, request.operationName());
        boolean readOnly = operation.getOperation() == OperationDefinition.Operation.QUERY;
        if (request.queryOnly() && !readOnly) {
            throw new NotReadOnlyException();
        }
        List<ValidationError> invalid = validated(document);
        if (!invalid.isEmpty()) {
            throw new GraphqlException(invalid.stream()
                    .map(error -> new GraphqlException.Problem(
                            ErrorCode.GRAPHQL_VALIDATION_FAILED,
                            error.getMessage(),
                            Optional.ofNullable(error.getLocations()).orElse(List.of())))
                    .toList());
        }
        RequestLimits limits = RequestLimits.of(document, operation);
        limits.check(settings);
        return new PreparedQuery(document, limits, PlanCompiler.compile(schema, document, operation));
    }

    private List<ValidationError> validated(Document document) {
        try {
            return ParseAndValidate.validate(schema.schema(), document, Locale.ENGLISH);
        } catch (GoodFaithIntrospectionExceeded tooMuch) {
            throw new GraphqlException(
                    ErrorCode.GRAPHQL_VALIDATION_FAILED,
                    "The introspection asks for more than any tool needs: " + tooMuch.getMessage());
        }
    }

    private Document parsed(GraphqlRequest request) {
        if (request.query().length() > settings.maxQueryLength()) {
            throw new GraphqlException(
                    ErrorCode.GRAPHQL_PARSE_FAILED,
                    "The query is " + request.query().length() + " characters long; at most "
                            + settings.maxQueryLength() + " are allowed (syncline.graphql.max-query-length)");
        }
        ParseAndValidateResult result = ParseAndValidate.parse(ExecutionInput.newExecutionInput(request.query())
                .graphQLContext(Map.of(ParserOptions.class, parserOptions))
                .locale(Locale.ENGLISH)
                .build());
        if (result.isFailure()) {
            InvalidSyntaxException syntax = result.getSyntaxException();
            String message = syntaxMessage(syntax);
            throw new GraphqlException(List.of(new GraphqlException.Problem(
                    ErrorCode.GRAPHQL_PARSE_FAILED,
                    message,
                    Optional.ofNullable(syntax.getLocation()).map(List::of).orElse(List.of()))));
        }
        return result.getDocument();
    }

    private String syntaxMessage(InvalidSyntaxException syntax) {
        if (syntax instanceof ParseCancelledException) {
            return "The query has more than " + settings.maxTokens() + " tokens (syncline.graphql.max-tokens)";
        }
        return syntax instanceof ParseCancelledTooDeepException ? "The query nests too deeply" : syntax.getMessage();
    }

    private static OperationDefinition operation(Document document, Optional<String> name) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        if (name.isPresent()) {
            return operations.stream()
                    .filter(operation -> name.get().equals(operation.getName()))
                    .findFirst()
                    .orElseThrow(() -> new GraphqlException(
                            ErrorCode.BAD_USER_INPUT, "The query has no operation of the name given"));
        }
        if (operations.size() == 1) {
            return operations.get(0);
        }
        throw new GraphqlException(
                ErrorCode.BAD_USER_INPUT,
                operations.isEmpty()
                        ? "The query has no operation"
                        : "The query has several operations; operationName has to say which");
    }
}
