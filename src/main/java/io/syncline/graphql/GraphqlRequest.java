package io.syncline.graphql;

import java.util.Map;
import java.util.Optional;

/**
 * What a client asks.
 *
 * @param variables as JSON has them: maps, lists, texts, numbers, booleans and nulls
 * @param queryOnly whether only a query may be run, as by GET
 */
record GraphqlRequest(String query, Optional<String> operationName, Map<String, Object> variables, boolean queryOnly) {}
