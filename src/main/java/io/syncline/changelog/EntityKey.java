package io.syncline.changelog;

/**
 * Which entity of an integration.
 *
 * @param entityType the entity type's name in the changelog
 */
public record EntityKey(String entityType, String entityId) {}
