package io.syncline.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.syncline.storage.DatabaseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a job was asked to do besides. A source's route finds each that is set as an exchange property of its name.
 *
 * @param force the job takes the place of one that waits or runs
 * @param includeArchived whether archived records are wanted too, from an upstream that leaves them out else
 * @param batchSize records a page, for an upstream that lets one choose; 0 leaves it to the source
 * @param entityTypes of a selective job: these alone; empty for all
 * @param excludeEntityTypes of a selective job: all but these
 * @param projectIds of a selective job: only entities of these scopes; empty for all
 */
public record JobOptions(
        boolean force,
        boolean includeArchived,
        int batchSize,
        List<String> entityTypes,
        List<String> excludeEntityTypes,
        List<String> projectIds) {

    /** Asks for nothing. */
    public static final JobOptions NONE = new JobOptions(false, false, 0, List.of(), List.of(), List.of());

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public JobOptions {
        entityTypes = entityTypes == null ? List.of() : List.copyOf(entityTypes);
        excludeEntityTypes = excludeEntityTypes == null ? List.of() : List.copyOf(excludeEntityTypes);
        projectIds = projectIds == null ? List.of() : List.copyOf(projectIds);
    }

    /** Whether some entities are left out. */
    public boolean selects() {
        return !entityTypes.isEmpty() || !excludeEntityTypes.isEmpty() || !projectIds.isEmpty();
    }

    /** Whether entities of a type are wanted, given its name in the changelog. */
    public boolean takes(String entityType) {
        return (entityTypes.isEmpty() || entityTypes.contains(entityType)) && !excludeEntityTypes.contains(entityType);
    }

    /** Those that are set, by name. */
    public Map<String, Object> named() {
        Map<String, Object> named = new LinkedHashMap<>();
        if (force) {
            named.put("force", true);
        }
        if (includeArchived) {
            named.put("includeArchived", true);
        }
        if (batchSize > 0) {
            named.put("batchSize", batchSize);
        }
        putUnlessEmpty(named, "entityTypes", entityTypes);
        putUnlessEmpty(named, "excludeEntityTypes", excludeEntityTypes);
        putUnlessEmpty(named, "projectIds", projectIds);
        return named;
    }

    private static void putUnlessEmpty(Map<String, Object> named, String name, List<String> values) {
        if (!values.isEmpty()) {
            named.put(name, values);
        }
    }

    String json() {
        try {
            return MAPPER.writeValueAsString(named());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("options that are no JSON", e);
        }
    }

    static JobOptions of(String json) {
        if (json.equals("{}")) {
            return NONE;
        }
        try {
            return MAPPER.readValue(json, JobOptions.class);
        } catch (JsonProcessingException e) {
            throw new DatabaseException("The options of a job cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
