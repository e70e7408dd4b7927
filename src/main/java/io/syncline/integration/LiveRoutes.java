package io.syncline.integration;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Adds what a file defines to a context and takes it out again. For use by one thread at a time. */
final class LiveRoutes {

    private final ModelCamelContext context;

    LiveRoutes(CamelContext context) {
        this.context = (ModelCamelContext) context;
    }

    /**
     * Adds everything that a file defines.
     *
     * @throws RouteFileException naming file, line and reason
     */
    void add(RouteFile file) {
        try {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
        } catch (Exception failure) {
            throw new RouteFileException(
                    file.path() + ":" + file.line(routeOf(failure)) + ": " + reason(failure), failure);
        }
    }

    /** The route that a failure is about, if it is about one. */
    private static String routeOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedToCreateRouteException ofRoute) {
                return ofRoute.getRouteId();
            }
        }
        return "";
    }

    /** Stops and removes a route; does nothing if it is not there. */
    void remove(String routeId) {
        try {
            if (context.getRoute(routeId) != null) {
                context.getRouteController().stopRoute(routeId);
                context.removeRoute(routeId);
            }
            if (context.getRouteDefinition(routeId) != null) {
                context.removeRouteDefinition(context.getRouteDefinition(routeId));
            }
        } catch (Exception failure) {
            throw new RouteFileException("the route " + routeId + " cannot be removed: " + reason(failure), failure);
        }
    }

    /** Removes everything that a file defines, as far as it is there. */
    void remove(RouteFile file) {
        file.routes().forEach(this::remove);
        try {
            for (String template : file.templates()) {
                if (context.getRouteTemplateDefinition(template) != null) {
                    context.removeRouteTemplateDefinition(context.getRouteTemplateDefinition(template));
                }
            }
            for (String configuration : file.configurations()) {
                if (context.getRouteConfigurationDefinition(configuration) != null) {
                    context.removeRouteConfiguration(context.getRouteConfigurationDefinition(configuration));
                }
            }
        } catch (Exception failure) {
            throw new RouteFileException(file.path() + " cannot be taken out: " + reason(failure), failure);
        }
    }

    /** What lies at the bottom of a failure: Camel wraps it in where it was noticed. */
    static String reason(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                messages.add(cause.getMessage());
            }
        }
        return messages.isEmpty() ? failure.toString() : messages.get(messages.size() - 1);
    }
}
