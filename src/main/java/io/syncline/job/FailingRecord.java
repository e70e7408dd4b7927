package io.syncline.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.changelog.Quarantined;
import io.syncline.integration.Secrets;

/**
 * A record that a job failed with or set aside, for a person to look at.
 *
 * @param entityType empty where the record does not tell
 * @param entityId empty where the record does not tell
 * @param reason what is wrong with it
 * @param raw its beginning as it came, secrets masked, at most {@value #LONGEST_RAW} characters
 */
public record FailingRecord(String entityType, String entityId, String reason, String raw) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_RAW = 2_048;
    /** Beyond the cut, so that no part of a secret is left at it. */
    private static final int MARGIN = 4_096;

    static FailingRecord of(Quarantined record, Secrets secrets) {
        return new FailingRecord(
                record.entityType(),
                record.entityId(),
                secrets.masked(record.reason()),
                cut(secrets.masked(cut(record.raw(), LONGEST_RAW + MARGIN)), LONGEST_RAW));
    }

    static FailingRecord of(String json) {
        try {
            return JSON.readValue(json, FailingRecord.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("a failing record is stored as " + json, broken);
        }
    }

    /** As it is stored. */
    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return text.substring(0, end) + '…';
    }
}
