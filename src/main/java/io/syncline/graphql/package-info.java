/**
 * The changelog served in GraphQL, as the LetsBuild Sync API is: a sync field for each entity type, over HTTP.
 *
 * <p>A request runs on one of two ways that answer alike: a plan, compiled once for a query text, that copies fields from stored
 * bytes; and the GraphQL library, for whatever a plan does not cover and for whatever goes wrong.
 */
package io.syncline.graphql;
