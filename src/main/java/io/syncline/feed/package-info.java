/** The plain feed: changes of any entity type as JSON or NDJSON. */
package io.syncline.feed;
