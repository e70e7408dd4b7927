package io.syncline.integration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;

/** Makes the routes of configured integrations from the templates of the route folder. For use by one thread at a time. */
final class Integrations {

    /** Given by Syncline, so not to be configured. */
    static final Set<String> GIVEN = Set.of("integrationId", "folder");

    /** What a source may have beside the template that pulls: one that tells upstream what has been committed. */
    private static final String ACKNOWLEDGE = "-acknowledge";

    /** When everything is pulled anew. */
    private static final String FULL = "-full";

    private final ModelCamelContext context;
    private final LiveRoutes routes;
    private final RouteLayout layout;
    private final Function<IntegrationSettings, Schedule> schedules;

    /** @param schedules the schedule of an integration as it is now */
    Integrations(
            CamelContext context,
            LiveRoutes routes,
            RouteLayout layout,
            Function<IntegrationSettings, Schedule> schedules) {
        this.context = (ModelCamelContext) context;
        this.routes = routes;
        this.layout = layout;
        this.schedules = schedules;
    }

    /**
     * Adds the routes of an integration.
     *
     * @throws RouteFileException if the source is not there or the settings do not fit its parameters, naming the property
     */
    void add(IntegrationSettings integration) {
        boolean acknowledges = addSource(integration);
        String id = integration.id();
        String streams = streams(integration);
        route(id + "-page", "page", Map.of("integrationId", id));
        route(
                id + "-request",
                "request",
                Map.of(
                        "integrationId",
                        id,
                        "source",
                        integration.source(),
                        "streams",
                        streams,
                        "acknowledges",
                        Boolean.toString(acknowledges)));
        Schedule schedule = schedules.apply(integration);
        if (schedule instanceof Schedule.Interval interval) {
            route(
                    id + "-schedule",
                    "schedule-interval",
                    Map.of(
                            "integrationId",
                            id,
                            "interval",
                            Long.toString(interval.every().toMillis())));
        } else if (schedule instanceof Schedule.Cron cron) {
            route(id + "-schedule", "schedule-cron", Map.of("integrationId", id, "cron", cron.expression()));
        }
        integration
                .fullSync()
                .ifPresent(cron ->
                        route(id + FULL, "schedule-full", Map.of("integrationId", id, "cron", cron.expression())));
    }

    /** What an integration pulls, separated by commas. */
    String streams(IntegrationSettings integration) {
        return parameters(integration).getOrDefault("streams", integration.source());
    }

    /**
     * Adds the routes that the source gives an integration, and none that start them.
     *
     * @return whether one of them tells upstream what has been committed
     */
    boolean addSource(IntegrationSettings integration) {
        Map<String, String> parameters = parameters(integration);
        route(integration.id(), integration.source(), parameters);
        String acknowledge = integration.source() + ACKNOWLEDGE;
        boolean acknowledges = context.getRouteTemplateDefinition(acknowledge) != null;
        if (acknowledges) {
            route(integration.id() + ACKNOWLEDGE, acknowledge, parameters);
        }
        return acknowledges;
    }

    /** Removes the routes of an integration, the schedule first. */
    void remove(IntegrationSettings integration) {
        String id = integration.id();
        List.of(id + FULL, id + "-schedule", id + "-request", id + "-page", id + ACKNOWLEDGE, id)
                .forEach(routes::remove);
    }

    private Map<String, Object> asParameters(Map<String, String> parameters) {
        return new HashMap<>(parameters);
    }

    private Map<String, String> parameters(IntegrationSettings integration) {
        String prefix = "syncline.integration." + integration.id() + ".";
        RouteTemplateDefinition template = context.getRouteTemplateDefinition(integration.source());
        if (template == null) {
            throw new RouteFileException(
                    prefix + "source is \"" + integration.source() + "\", but there is no such source: "
                            + layout.source(integration.source())
                            + " must be a folder with a route template of that id; there are "
                            + layout.sourceNames());
        }
        Map<String, String> values = new HashMap<>(integration.parameters());
        Set<String> declared = new TreeSet<>();
        List<String> problems = new ArrayList<>();
        values.put("integrationId", integration.id());
        values.put("folder", layout.source(integration.source()).toString());
        for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
            declared.add(parameter.getName());
            if (parameter.getDefaultValue() != null) {
                values.putIfAbsent(parameter.getName(), parameter.getDefaultValue());
            } else if (!Boolean.FALSE.equals(parameter.getRequired()) && !values.containsKey(parameter.getName())) {
                problems.add(prefix + parameter.getName() + " is missing (" + parameter.getDescription() + ")");
            }
        }
        declared.removeAll(GIVEN);
        integration.parameters().keySet().stream()
                .filter(name -> !declared.contains(name))
                .sorted()
                .forEach(name -> problems.add(prefix + name + " is not known to the source " + integration.source()
                        + ", which has " + String.join(", ", declared)));
        if (!problems.isEmpty()) {
            throw new RouteFileException(String.join(System.lineSeparator(), problems));
        }
        return values;
    }

    private void route(String routeId, String template, Map<String, String> parameters) {
        try {
            context.addRouteFromTemplate(routeId, template, asParameters(parameters));
        } catch (Exception failure) {
            throw new RouteFileException.OfTemplate(
                    template,
                    "the route " + routeId + " cannot be made from the template " + template + ": "
                            + LiveRoutes.reason(failure),
                    failure);
        }
    }
}
