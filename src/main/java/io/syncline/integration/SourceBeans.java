package io.syncline.integration;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.client5.http.classic.HttpClient;

/** The beans that a source's routes may refer to, as docs/adding-a-source.md has them. */
public final class SourceBeans {

    private SourceBeans() {}

    /**
     * The beans by name.
     *
     * @param upstream the client that sources pull with
     * @param connections by which they read databases
     * @param files gives a source the files of its folder
     */
    public static Map<String, Object> of(
            HttpClient upstream, UpstreamConnections connections, Failures failures, SourceFiles files) {
        UpstreamJson json = new UpstreamJson();
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put("upstream", upstream);
        beans.put("upstreamJson", json);
        beans.put("upstreamGraphql", new UpstreamGraphql(json));
        beans.put("upstreamConnections", connections);
        beans.put("upstreamRows", new UpstreamRows());
        beans.put("sourceFiles", files);
        beans.put("failures", failures);
        return beans;
    }
}
