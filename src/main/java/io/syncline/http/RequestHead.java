package io.syncline.http;

import java.util.List;

/** What a request says of itself before its body is read. */
public interface RequestHead {

    /** In capitals, such as {@code POST}. */
    String method();

    /** As it was sent, percent-encoded, without the query. */
    String path();

    /** All headers of this name, whatever its case, in the order sent. */
    List<String> headers(String name);

    /** Where the request comes from, as the server sees it: of a proxy, the proxy. A literal IP address. */
    String remoteAddress();
}
