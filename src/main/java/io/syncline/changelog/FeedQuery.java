package io.syncline.changelog;

import java.util.Optional;
import java.util.Set;

/**
 * Which changes of a view a feed selects. A cursor belongs to the query it was made for.
 *
 * @param name the feed's name as its protocol has it, such as {@code projectSync}
 * @param entityTypes names of the entity types; empty means all
 * @param integrationId only this integration's; empty means all
 */
public record FeedQuery(String name, Set<String> entityTypes, Optional<String> integrationId) {}
