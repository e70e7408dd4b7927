package io.syncline.integration;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The folder of routes and of sources' entity types. */
public final class RouteFolder implements Supplier<EntityTypes> {

    private final RouteLayout layout;
    private final List<IntegrationSettings> integrations;
    private volatile EntityTypes entityTypes;

    private RouteFolder(RouteLayout layout, List<IntegrationSettings> integrations, EntityTypes entityTypes) {
        this.layout = layout;
        this.integrations = integrations;
        this.entityTypes = entityTypes;
    }

    /**
     * Reads the entity types of all sources.
     *
     * @param folder as {@code syncline.routes} has it
     * @throws RouteFileException naming file, line and reason
     */
    public static RouteFolder open(Path folder, List<IntegrationSettings> integrations) {
        RouteLayout layout = new RouteLayout(folder);
        layout.files();
        try {
            return new RouteFolder(layout, integrations, EntityTypes.load(layout.sources()));
        } catch (IllegalArgumentException wrong) {
            throw new RouteFileException(wrong.getMessage(), wrong);
        }
    }

    /** The entity types as they are now; another instance after each reload. */
    @Override
    public EntityTypes get() {
        return entityTypes;
    }

    /** What is wrong with a file that the integration's routes come from, so that they run as they were before; for a person. */
    public Optional<String> refusal(IntegrationSettings integration) {
        return Optional.empty();
    }

    /**
     * Adds all routes, and those of the enabled integrations, to a context that has not started yet.
     *
     * @throws RouteFileException naming the file or the property at fault
     */
    public void load(CamelContext context) {
        for (Path file : layout.files()) {
            try {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "file:" + file));
            } catch (Exception failure) {
                throw new RouteFileException(file + ": " + failure.getMessage(), failure);
            }
        }
        Integrations routes = new Integrations(context, layout);
        integrations.stream().filter(IntegrationSettings::enabled).forEach(routes::add);
    }
}
