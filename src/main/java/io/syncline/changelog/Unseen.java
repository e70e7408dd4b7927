package io.syncline.changelog;

import java.util.List;
import java.util.Map;

/**
 * What a job that pulled everything did not see.
 *
 * @param entities living ones that have not changed since the job began, by type
 * @param living how many entities of each type live
 */
public record Unseen(Map<String, List<EntityKey>> entities, Map<String, Long> living) {}
