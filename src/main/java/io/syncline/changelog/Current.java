package io.syncline.changelog;

import java.util.Optional;

/**
 * An entity at its freshest, asked for by any of its changes.
 *
 * @param asked the change that it was asked for by
 * @param collection the number of its collection
 * @param first the first change ever of the entity, as in {@link Newest}
 * @param scope where it is
 * @param deleted whether it is gone, and not only out of sight
 * @param change its newest change, a delete if it is out of sight
 */
public record Current(long asked, int collection, long first, Optional<String> scope, boolean deleted, Change change) {}
