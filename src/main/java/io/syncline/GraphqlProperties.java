package io.syncline;

import io.syncline.graphql.GraphqlSettings;
import java.time.Duration;

/** Reads {@code syncline.graphql.*}. */
final class GraphqlProperties {

    private static final String PREFIX = "syncline.graphql.";
    private static final int MANY = 1_000_000_000;

    private GraphqlProperties() {}

    /**
     * What GraphQL requests may ask for.
     *
     * @param sandbox whether the sandbox is on: to try things out is to introspect, so that is the default then
     */
    static GraphqlSettings read(PropertySource source, boolean sandbox) {
        return new GraphqlSettings(
                source.number(PREFIX + "max-root-fields", GraphqlSettings.MAX_ROOT_FIELDS, 1, MANY),
                source.number(PREFIX + "max-depth", GraphqlSettings.MAX_DEPTH, 1, MANY),
                source.number(PREFIX + "max-complexity", GraphqlSettings.MAX_COMPLEXITY, 1, MANY),
                source.number(PREFIX + "max-query-length", GraphqlSettings.MAX_QUERY_LENGTH, 1, MANY),
                source.number(PREFIX + "max-tokens", GraphqlSettings.MAX_TOKENS, 1, MANY),
                Duration.ofSeconds(source.number(PREFIX + "timeout", GraphqlSettings.TIMEOUT_SECONDS, 1, 3_600)),
                source.number(PREFIX + "max-body-bytes", GraphqlSettings.MAX_BODY_BYTES, 1, MANY),
                source.flag(PREFIX + "introspection", sandbox),
                source.number(PREFIX + "cached-queries", GraphqlSettings.CACHED_QUERIES, 2, MANY));
    }
}
