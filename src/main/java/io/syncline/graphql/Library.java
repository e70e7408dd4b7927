package io.syncline.graphql;

import graphql.ErrorType;
import graphql.ExceptionWhileDataFetching;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.NonNullableFieldWasNullError;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.schema.GraphQLSchema;
import io.syncline.changelog.CursorException;
import io.syncline.storage.DatabaseException;
import io.syncline.storage.Outage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a prepared query by graphql-java, and words its errors so that they tell a client what it can use and nothing else. */
final class Library {

    private static final Logger LOG = LoggerFactory.getLogger(Library.class);
    private static final String INTERNAL = "Something went wrong here";

    /** An answer, or the errors of a request that could not be run. */
    record Result(ByteBuffer body, boolean ran) {}

    private final GraphQL graphql;

    Library(GraphQLSchema schema) {
        DataFetcherExceptionHandler exceptions = Library::handle;
        this.graphql = GraphQL.newGraphQL(schema)
                .preparsedDocumentProvider((input, parse) -> CompletableFuture.completedFuture(
                        new PreparsedDocumentEntry(input.getGraphQLContext().<Document>get(Document.class))))
                .defaultDataFetcherExceptionHandler(exceptions)
                .build();
    }

    /**
     * Runs a query.
     *
     * @throws RequestContext.TimeoutException if the time was up before it was through
     * @throws DatabaseException if the database is away, which is no fault of a field
     */
    Result run(PreparedQuery prepared, GraphqlRequest request, RequestContext context) {
        ExecutionInput input = ExecutionInput.newExecutionInput(request.query())
                .operationName(request.operationName().orElse(null))
                .variables(request.variables())
                .locale(Locale.ENGLISH)
                .graphQLContext(Map.of(Document.class, prepared.document(), RequestContext.class, context))
                .build();
        ExecutionResult result = graphql.execute(input);
        context.checkTime();
        result.getErrors().forEach(Library::throwIfDatabaseIsAway);
        List<Map<String, Object>> errors =
                result.getErrors().stream().map(Library::error).toList();
        if (!result.isDataPresent()) {
            return new Result(ResultWriter.errors(errors), false);
        }
        Object data = result.getData();
        return new Result(errors.isEmpty() ? ResultWriter.data(data) : ResultWriter.dataAndErrors(data, errors), true);
    }

    private static CompletableFuture<DataFetcherExceptionHandlerResult> handle(
            DataFetcherExceptionHandlerParameters failed) {
        return CompletableFuture.completedFuture(DataFetcherExceptionHandlerResult.newResult()
                .error(new ExceptionWhileDataFetching(
                        failed.getPath(), failed.getException(), failed.getSourceLocation()))
                .build());
    }

    private static void throwIfDatabaseIsAway(GraphQLError error) {
        if (error instanceof ExceptionWhileDataFetching failed
                && failed.getException() instanceof DatabaseException away
                && Outage.in(away).isPresent()) {
            throw away;
        }
    }

    private static Map<String, Object> error(GraphQLError error) {
        if (error instanceof ExceptionWhileDataFetching failed) {
            return fieldError(failed);
        }
        if (error instanceof NonNullableFieldWasNullError || error.getErrorType() == ErrorType.DataFetchingException) {
            return worded(
                    error, ErrorCode.INTERNAL_SERVER_ERROR, "The stored value does not fit the type of this field");
        }
        return worded(error, ErrorCode.BAD_USER_INPUT, error.getMessage());
    }

    private static Map<String, Object> fieldError(ExceptionWhileDataFetching failed) {
        Throwable cause = failed.getException();
        if (cause instanceof GraphqlException refused) {
            GraphqlException.Problem problem = refused.problems().get(0);
            return worded(failed, problem.code(), problem.message());
        }
        if (cause instanceof CursorException cursor) {
            return switch (cursor.reason()) {
                case INVALID -> worded(failed, ErrorCode.INVALID_CURSOR, cursor.getMessage());
                case EXPIRED -> worded(failed, ErrorCode.CURSOR_EXPIRED, cursor.getMessage());
            };
        }
        if (cause instanceof StoredValue.MisfitException) {
            return worded(
                    failed, ErrorCode.INTERNAL_SERVER_ERROR, "The stored value does not fit the type of this field");
        }
        if (!(cause instanceof RequestContext.TimeoutException)) {
            LOG.error("A GraphQL field failed at {}", failed.getPath(), cause);
        }
        return worded(failed, ErrorCode.INTERNAL_SERVER_ERROR, INTERNAL);
    }

    private static Map<String, Object> worded(GraphQLError error, ErrorCode code, String message) {
        return ResultWriter.error(
                code.name(),
                message,
                Optional.ofNullable(error.getLocations()).orElse(List.of()),
                Optional.ofNullable(error.getPath()).orElse(List.of()));
    }
}
