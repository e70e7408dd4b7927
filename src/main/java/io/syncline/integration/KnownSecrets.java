package io.syncline.integration;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The credentials of all integrations, so that no text of an upstream is told with them. Immutable. */
public final class KnownSecrets {

    private final Map<String, Secrets> byIntegration;

    public KnownSecrets(List<IntegrationSettings> integrations) {
        byIntegration = integrations.stream().collect(Collectors.toMap(IntegrationSettings::id, Secrets::of));
    }

    /** Those of an integration; of one that is not known, what a text itself names like a credential. */
    public Secrets of(String integrationId) {
        return byIntegration.getOrDefault(integrationId, Secrets.UNKNOWN);
    }
}
