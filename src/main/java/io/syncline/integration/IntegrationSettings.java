package io.syncline.integration;

import java.util.Map;

/**
 * One configured account of a source.
 *
 * @param id lower-case letters, digits and dashes; names the integration's routes, jobs and changes
 * @param source the folder under {@code routes/sources/} that pulls it
 * @param name for people
 * @param parameters the source's own parameters, such as {@code url} and {@code token}
 */
public record IntegrationSettings(
        String id, String source, String name, boolean enabled, Schedule schedule, Map<String, String> parameters) {

    public IntegrationSettings {
        parameters = Map.copyOf(parameters);
    }

    /** Without the parameters' values, some of which are secret. */
    @Override
    public String toString() {
        return "IntegrationSettings[id=%s, source=%s, name=%s, enabled=%s, schedule=%s, parameters=%s]"
                .formatted(id, source, name, enabled, schedule, parameters.keySet());
    }
}
