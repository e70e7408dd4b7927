package io.syncline.changelog;

import java.util.List;

/**
 * Entities at their freshest.
 *
 * @param complete whether all that was asked for was looked at; if not, the list got too large for the memory, and what was asked for after its
 *     last is still to be read
 */
public record CurrentStates(List<Current> entities, boolean complete) {}
