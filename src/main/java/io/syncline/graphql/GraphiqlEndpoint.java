package io.syncline.graphql;

import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * {@code /graphiql}: the GraphiQL editor, whole and from the class path, so that it works without a network. The page is open to everybody and
 * holds a token, so it is only for one that is no secret. Safe for use by many threads.
 */
public final class GraphiqlEndpoint implements Processor {

    private static final String PATH = "/graphiql";
    private static final String TOKEN = "{{token}}";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String LIBRARIES = "/META-INF/resources/webjars/";

    private record Asset(String resource, String mediaType) {}

    private static final Asset PAGE = new Asset("/graphiql/index.html", HTML);
    private static final Map<String, Asset> ASSETS = Map.of(
            "page.css", new Asset("/graphiql/page.css", CSS),
            "page.js", new Asset("/graphiql/page.js", JAVASCRIPT),
            "graphiql.css", new Asset(LIBRARIES + "graphiql/2.4.7/graphiql.min.css", CSS),
            "graphiql.js", new Asset(LIBRARIES + "graphiql/2.4.7/graphiql.min.js", JAVASCRIPT),
            "react.js", new Asset(LIBRARIES + "react/18.3.1/umd/react.production.min.js", JAVASCRIPT),
            "react-dom.js", new Asset(LIBRARIES + "react-dom/18.3.1/umd/react-dom.production.min.js", JAVASCRIPT));

    /** Nothing comes from elsewhere and nothing goes elsewhere; the editor sets styles of its own. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:;"
                    + " font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Cache-Control",
            "no-cache");

    private final String token;

    /** @param token that queries are sent with, shown to whoever opens the page */
    public GraphiqlEndpoint(String token) {
        this.token = token;
    }

    @Override
    public void process(Exchange exchange) {
        Api.answer(exchange, this::serve);
    }

    private void serve(HttpCall call) {
        Asset asset = asset(call.path());
        call.respond(200, asset.mediaType(), HEADERS, content(asset));
    }

    private static Asset asset(String path) {
        if (path.equals(PATH) || path.equals(PATH + "/")) {
            return PAGE;
        }
        Asset asset = path.startsWith(PATH + "/") ? ASSETS.get(path.substring(PATH.length() + 1)) : null;
        if (asset == null) {
            throw new ApiException(404, "NOT_FOUND", "There is nothing at this path.");
        }
        return asset;
    }

    private byte[] content(Asset asset) {
        try (InputStream resource = GraphiqlEndpoint.class.getResourceAsStream(asset.resource())) {
            if (resource == null) {
                throw new IllegalStateException(asset.resource() + " is not on the class path");
            }
            byte[] bytes = resource.readAllBytes();
            return asset.resource().equals("/graphiql/page.js")
                    ? new String(bytes, StandardCharsets.UTF_8)
                            .replace(TOKEN, token)
                            .getBytes(StandardCharsets.UTF_8)
                    : bytes;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
