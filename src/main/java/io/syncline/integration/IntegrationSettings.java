package io.syncline.integration;

import java.util.Map;
import java.util.Optional;

/**
 * One configured account of a source.
 *
 * @param id lower-case letters, digits and dashes; names the integration's routes, jobs and changes
 * @param source the folder under {@code routes/sources/} that pulls it
 * @param name for people
 * @param fullSync when everything is pulled anew, to find what was deleted and nobody told; empty for only when asked
 * @param parameters the source's own parameters, such as {@code url} and {@code token}
 */
public record IntegrationSettings(
        String id,
        String source,
        String name,
        boolean enabled,
        Schedule schedule,
        Optional<Schedule.Cron> fullSync,
        Map<String, String> parameters) {

    public IntegrationSettings {
        parameters = Map.copyOf(parameters);
    }

    /** One that is pulled as a whole only when asked. */
    public IntegrationSettings(
            String id, String source, String name, boolean enabled, Schedule schedule, Map<String, String> parameters) {
        this(id, source, name, enabled, schedule, Optional.empty(), parameters);
    }

    /** Without the parameters' values, some of which are secret. */
    @Override
    public String toString() {
        return "IntegrationSettings[id=%s, source=%s, name=%s, enabled=%s, schedule=%s, fullSync=%s, parameters=%s]"
                .formatted(id, source, name, enabled, schedule, fullSync, parameters.keySet());
    }
}
