package io.syncline.changelog;

/**
 * An entity at its freshest, asked for by any of its changes.
 *
 * @param asked the change that it was asked for by
 * @param collection the number of its collection
 * @param first the first change ever of the entity, as in {@link Newest}
 * @param change its newest change
 */
public record Current(long asked, int collection, long first, Change change) {}
