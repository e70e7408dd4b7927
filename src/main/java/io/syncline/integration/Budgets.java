package io.syncline.integration;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.net.URIAuthority;

/**
 * The budgets of requests, one for each credential at an upstream: all integrations that use it share it. A credential is the value of a parameter
 * whose name ends in token, key, secret or password, at the host of the parameter {@code url}, together with the user, if a parameter names one. Requests
 * carry it in any header, also as Basic authentication, or in their query. Safe for use by many threads.
 */
public final class Budgets {

    private static final Pattern USER = Pattern.compile(".*(user|username|login|email)");
    private static final String BASIC = "basic ";
    private static final Pattern PARAMETERS = Pattern.compile("[?&=]");

    /** How requests show a credential. */
    private record Credential(String host, String shown) {

        @Override
        public String toString() {
            return "Credential[host=" + host + "]";
        }
    }

    private final Map<Credential, Budget> byCredential = new HashMap<>();
    private final Map<String, Set<Budget>> byIntegration = new HashMap<>();

    public Budgets(List<IntegrationSettings> integrations, Clock clock) {
        for (IntegrationSettings integration : integrations) {
            host(integration.parameters().getOrDefault("url", ""))
                    .ifPresent(host -> byIntegration.put(
                            integration.id(),
                            values(integration, Secrets::isSecret)
                                    .map(secret -> budget(integration, host, secret, clock))
                                    .collect(Collectors.toSet())));
        }
    }

    private Budget budget(IntegrationSettings integration, String host, String secret, Clock clock) {
        List<Credential> shown =
                new ArrayList<>(values(integration, name -> USER.matcher(name).matches())
                        .map(user -> new Credential(host, user + ':' + secret))
                        .toList());
        Credential bare = new Credential(host, secret);
        if (shown.isEmpty()) {
            shown.add(bare);
        }
        Budget budget = byCredential.computeIfAbsent(shown.get(0), credential -> new Budget(clock));
        shown.forEach(credential -> byCredential.putIfAbsent(credential, budget));
        // For a request that shows the secret without the user, or with more than the user.
        byCredential.putIfAbsent(bare, budget);
        return budget;
    }

    private static Stream<String> values(IntegrationSettings integration, Predicate<String> names) {
        return integration.parameters().entrySet().stream()
                .filter(parameter -> names.test(parameter.getKey().toLowerCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .filter(value -> !value.isEmpty());
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
        return byIntegration.getOrDefault(integrationId, Set.of()).stream()
                .map(Budget::promise)
                .flatMap(Optional::stream)
                .max(Duration::compareTo);
    }

    /** The budget that a request counts in. */
    Optional<Budget> of(HttpRequest request) {
        URIAuthority authority = request.getAuthority();
        if (byCredential.isEmpty() || authority == null) {
            return Optional.empty();
        }
        String host = host(authority.getHostName(), authority.getPort());
        return Stream.concat(
                        Stream.of(request.getHeaders()).map(Header::getValue).flatMap(Budgets::shown),
                        Stream.ofNullable(request.getPath()).flatMap(PARAMETERS::splitAsStream))
                .map(shown -> byCredential.get(new Credential(host, shown)))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** What a header's value shows that may be a credential, the most exact first. */
    private static Stream<String> shown(String value) {
        if (value == null) {
            return Stream.empty();
        }
        String last = value.substring(value.lastIndexOf(' ') + 1);
        return value.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? Stream.concat(Stream.of(last), basic(last))
                : Stream.of(last);
    }

    /** User and password, and each, for some upstreams take a key in the place of the user, and some want more than the user before the colon. */
    private static Stream<String> basic(String encoded) {
        try {
            String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            return colon < 0
                    ? Stream.of(decoded)
                    : Stream.of(decoded, decoded.substring(colon + 1), decoded.substring(0, colon));
        } catch (IllegalArgumentException noBase64) {
            return Stream.empty();
        }
    }
}
