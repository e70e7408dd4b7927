package io.syncline.changelog;

import java.util.Optional;

/**
 * An entity at its freshest, asked for by any of its changes.
 *
 * @param asked the change that it was asked for by
 * @param revision its newest change
 * @param data its snapshot, as in {@link Change}; empty if it is gone or out of sight
 */
public record Current(long asked, Revision revision, Optional<byte[]> data) {}
