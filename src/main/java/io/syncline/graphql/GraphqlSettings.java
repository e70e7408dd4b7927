package io.syncline.graphql;

import java.time.Duration;

/**
 * What one GraphQL request may ask for. Each limit is named in the error that it causes by the property that sets it.
 *
 * @param maxRootFields fields of the query itself, after aliases and fragments; {@code syncline.graphql.max-root-fields}
 * @param maxDepth how deep fields nest, introspection apart; {@code syncline.graphql.max-depth}
 * @param maxComplexity the sum, over the sync fields, of the page's limit times the fields selected on a change;
 *     {@code syncline.graphql.max-complexity}
 * @param maxQueryLength characters of the query; {@code syncline.graphql.max-query-length}
 * @param maxTokens lexical tokens of the query; {@code syncline.graphql.max-tokens}
 * @param timeout how long a request may take; {@code syncline.graphql.timeout}, in seconds
 * @param maxBodyBytes the request's body; {@code syncline.graphql.max-body-bytes}
 * @param introspection whether {@code __schema} and {@code __type} are answered; {@code syncline.graphql.introspection}
 * @param cachedQueries how many query texts are kept parsed, validated and compiled; {@code syncline.graphql.cached-queries}
 */
public record GraphqlSettings(
        int maxRootFields,
        int maxDepth,
        long maxComplexity,
        int maxQueryLength,
        int maxTokens,
        Duration timeout,
        int maxBodyBytes,
        boolean introspection,
        int cachedQueries) {

    public static final int MAX_ROOT_FIELDS = 8;
    public static final int MAX_DEPTH = 12;
    public static final int MAX_COMPLEXITY = 200_000;
    public static final int MAX_QUERY_LENGTH = 1 << 16;
    public static final int MAX_TOKENS = 5_000;
    public static final int TIMEOUT_SECONDS = 10;
    public static final int MAX_BODY_BYTES = 1 << 20;
    public static final int CACHED_QUERIES = 256;

    /** The defaults. */
    public static GraphqlSettings defaults(boolean introspection) {
        return new GraphqlSettings(
                MAX_ROOT_FIELDS,
                MAX_DEPTH,
                MAX_COMPLEXITY,
                MAX_QUERY_LENGTH,
                MAX_TOKENS,
                Duration.ofSeconds(TIMEOUT_SECONDS),
                MAX_BODY_BYTES,
                introspection,
                CACHED_QUERIES);
    }
}
