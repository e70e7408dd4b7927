package io.syncline.integration;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.net.URIAuthority;

/**
 * The budgets of requests, one for each credential at an upstream: all integrations that use it share it. A credential is the value of a parameter
 * whose name ends in token, key, secret or password, at the host of the parameter {@code url}. Safe for use by many threads.
 */
public final class Budgets {

    private record Credential(String host, String secret) {

        @Override
        public String toString() {
            return "Credential[host=" + host + "]";
        }
    }

    private final Map<Credential, Budget> byCredential = new HashMap<>();
    private final Map<String, Budget> byIntegration = new HashMap<>();

    public Budgets(List<IntegrationSettings> integrations, Clock clock) {
        for (IntegrationSettings integration : integrations) {
            host(integration.parameters().getOrDefault("url", ""))
                    .ifPresent(host -> integration.parameters().forEach((name, value) -> {
                        if (Secrets.isSecret(name)) {
                            byIntegration.put(
                                    integration.id(),
                                    byCredential.computeIfAbsent(
                                            new Credential(host, value), credential -> new Budget(clock)));
                        }
                    }));
        }
    }

    private static Optional<String> host(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() == null ? Optional.empty() : Optional.of(host(uri.getHost(), uri.getPort()));
        } catch (IllegalArgumentException noUrl) {
            return Optional.empty();
        }
    }

    private static String host(String name, int port) {
        return name.toLowerCase(Locale.ROOT) + ':' + port;
    }

    /** How long an integration should wait before it asks its upstream; where it need not, a request of the budget is set aside for it. */
    public Optional<Duration> waitBefore(String integrationId) {
        return Optional.ofNullable(byIntegration.get(integrationId)).flatMap(Budget::promise);
    }

    /** The budget that a request counts in. */
    Optional<Budget> of(HttpRequest request) {
        URIAuthority authority = request.getAuthority();
        if (byCredential.isEmpty() || authority == null) {
            return Optional.empty();
        }
        String host = host(authority.getHostName(), authority.getPort());
        for (Header header : request.getHeaders()) {
            String value = header.getValue();
            if (value != null) {
                Budget budget = byCredential.get(new Credential(host, value.substring(value.lastIndexOf(' ') + 1)));
                if (budget != null) {
                    return Optional.of(budget);
                }
            }
        }
        return Optional.empty();
    }
}
