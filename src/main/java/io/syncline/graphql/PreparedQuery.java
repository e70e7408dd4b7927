package io.syncline.graphql;

import graphql.language.Document;
import java.util.Optional;

/**
 * A query text that was parsed and found valid, which only a query can be.
 *
 * @param plan how to run it without the library; empty if only the library can
 */
record PreparedQuery(Document document, RequestLimits limits, Optional<Plan> plan) {}
