package io.syncline.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A Camel context with {@code platform-http} on a free port, and a client for it. */
public final class TestHttpServer implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RouteServer server;

    private TestHttpServer(
            Map<String, Object> beans,
            long longestBody,
            Map<String, UnmatchedRequests.Form> forms,
            RouteServer.Doorman doorman,
            ConnectionLimits connections) {
        beans.forEach(context.getRegistry()::bind);
        server = RouteServer.addTo(
                context, new RouteServer.Options("127.0.0.1", 0, longestBody, false, connections), forms, doorman);
        context.start();
    }

    /** Serves a routes file, such as {@code routes/api/graphql.camel.yaml}, with the beans that it names. */
    public static TestHttpServer serving(String routesFile, Map<String, Object> beans) throws Exception {
        return serving(routesFile, beans, 1 << 20, Map.of());
    }

    /** The same, with longer bodies let through, and error forms of protocols by their paths. */
    public static TestHttpServer serving(
            String routesFile, Map<String, Object> beans, long longestBody, Map<String, UnmatchedRequests.Form> forms)
            throws Exception {
        TestHttpServer server = new TestHttpServer(beans, longestBody, forms, request -> {}, ConnectionLimits.usual());
        PluginHelper.getRoutesLoader(server.context)
                .loadRoutes(ResourceHelper.resolveMandatoryResource(server.context, "file:" + routesFile));
        return server;
    }

    public static TestHttpServer serving(RoutesBuilder routes) throws Exception {
        return serving(routes, Map.of(), request -> {});
    }

    public static TestHttpServer serving(
            RoutesBuilder routes, Map<String, UnmatchedRequests.Form> forms, RouteServer.Doorman doorman)
            throws Exception {
        return serving(routes, forms, doorman, ConnectionLimits.usual());
    }

    static TestHttpServer serving(
            RoutesBuilder routes,
            Map<String, UnmatchedRequests.Form> forms,
            RouteServer.Doorman doorman,
            ConnectionLimits connections)
            throws Exception {
        TestHttpServer server = new TestHttpServer(Map.of(), 1 << 20, forms, doorman, connections);
        server.context.addRoutes(routes);
        return server;
    }

    public CamelContext context() {
        return context;
    }

    public int port() {
        return server.getPort();
    }

    /** How many connections the server has ended for a reason. */
    long ended(ConnectionEnd reason) {
        return server.ended(reason);
    }

    /** Its clock moves on by a second, besides of itself. */
    void passSecond() {
        server.passSecond();
    }

    /** How many clients are connected to it. */
    int connections() {
        return server.connections();
    }

    public URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port() + pathAndQuery);
    }

    /** A request to build on. */
    public HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(uri(pathAndQuery));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        context.stop();
    }
}
