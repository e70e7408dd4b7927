package io.syncline.changelog;

/**
 * A record that could not be read or failed its type, kept with the reason while its page goes on.
 *
 * @param entityType the entity type's name, or an empty string where the record does not tell
 * @param entityId the entity's id, or an empty string where the record does not tell
 * @param reason for a person: what is wrong with the record
 * @param raw the record as it came, cut to a bounded length
 */
public record Quarantined(String entityType, String entityId, String reason, String raw) {}
