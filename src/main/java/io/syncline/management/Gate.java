package io.syncline.management;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.HttpCall;
import io.syncline.integration.IntegrationSettings;
import io.syncline.job.Job;
import io.syncline.job.JobRefusedException;
import io.syncline.job.Jobs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** What every call has to pass before it is looked at, and what it may look at then. Safe for use by many threads. */
final class Gate {

    private final Access access;
    private final List<IntegrationSettings> integrations;
    private final Jobs jobs;

    Gate(Access access, List<IntegrationSettings> integrations, Jobs jobs) {
        this.access = access;
        this.integrations = integrations;
        this.jobs = jobs;
    }

    /**
     * A call that passed.
     *
     * @param readsRecords whether the caller may see what the records of those integrations hold, and not only how their jobs went
     */
    record Passed(HttpCall call, Visible visible, boolean readsRecords) {}

    /** The integrations that the caller may see; empty for all. */
    record Visible(Optional<Predicate<String>> some) {

        boolean sees(String integrationId) {
            return some.map(test -> test.test(integrationId)).orElse(true);
        }
    }

    @FunctionalInterface
    interface Endpoint {
        void handle(Passed passed);
    }

    void read(Exchange exchange, Endpoint endpoint) {
        answer(exchange, TokenScope.JOBS_READ, endpoint);
    }

    void write(Exchange exchange, Endpoint endpoint) {
        answer(exchange, TokenScope.JOBS_WRITE, endpoint);
    }

    private void answer(Exchange exchange, TokenScope scope, Endpoint endpoint) {
        Api.answer(exchange, call -> {
            Caller caller = access.admit(call, scope);
            Api.mediaType(call, List.of(Api.JSON));
            boolean admin = caller.scopes().contains(TokenScope.ADMIN);
            boolean everything = caller.view().everything() || admin;
            Visible visible = new Visible(everything ? Optional.empty() : Optional.of(caller.view()::sees));
            try {
                endpoint.handle(
                        new Passed(call, visible, admin || caller.scopes().contains(TokenScope.SYNC)));
            } catch (JobRefusedException refused) {
                throw new ApiException(409, "CONFLICT", refused.getMessage());
            }
        });
    }

    /** The job that a path names at a place, counted from its end. */
    Job job(Passed passed, int fromTheEnd) {
        return jobs.find(part(passed.call(), fromTheEnd), passed.visible()::sees)
                .orElseThrow(() -> new ApiException(404, "NOT_FOUND", "There is no job with this id."));
    }

    /** The integrations that the caller may see. */
    List<IntegrationSettings> integrations(Passed passed) {
        return integrations.stream()
                .filter(integration -> passed.visible().sees(integration.id()))
                .toList();
    }

    /** The ids of the integrations that the caller may see, also of those that are not configured any more but have left something. */
    Set<String> present(Passed passed) {
        return Stream.concat(integrations.stream().map(IntegrationSettings::id), jobs.integrations().stream())
                .filter(passed.visible()::sees)
                .collect(Collectors.toSet());
    }

    /**
     * Holds that an integration is, or was, one that the caller may see.
     *
     * @throws ApiException 404 if it is none
     */
    void requirePresent(Passed passed, String id, String field) {
        if (!present(passed).contains(id)) {
            throw noIntegration(Optional.of(field));
        }
    }

    private static ApiException noIntegration(Optional<String> field) {
        return new ApiException(404, "NOT_FOUND", "There is no integration with this id.", field, Map.of());
    }

    /**
     * The integration of an id.
     *
     * @throws ApiException 404 if there is none that the caller may see
     */
    IntegrationSettings integration(Passed passed, String id, Optional<String> field) {
        return integrations(passed).stream()
                .filter(integration -> integration.id().equals(id))
                .findFirst()
                .orElseThrow(() -> noIntegration(field));
    }

    /**
     * Holds that an integration can run.
     *
     * @throws ApiException 409 if it is disabled
     */
    static void requireEnabled(IntegrationSettings integration) {
        if (!integration.enabled()) {
            throw new ApiException(
                    409,
                    "INTEGRATION_DISABLED",
                    "The integration " + integration.id() + " is disabled; set syncline.integration." + integration.id()
                            + ".enabled=true and restart.");
        }
    }

    /** The same for a job's integration, which may also have left the settings. */
    void requireEnabled(Job job) {
        requireEnabled(integrations.stream()
                .filter(integration -> integration.id().equals(job.integrationId()))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        409,
                        "INTEGRATION_DISABLED",
                        "The integration " + job.integrationId() + " is not configured any more.")));
    }

    /** A part of the path, as it was sent: ids need no encoding. */
    static String part(HttpCall call, int fromTheEnd) {
        String path =
                call.path().endsWith("/") ? call.path().substring(0, call.path().length() - 1) : call.path();
        String[] parts = path.split("/", -1);
        return parts[parts.length - 1 - fromTheEnd];
    }

    /** The names that are allowed, none. */
    static Set<String> nothing() {
        return Set.of();
    }
}
