package io.syncline.access;

import io.syncline.http.Api;
import io.syncline.http.QueryParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/** {@code GET /api/audit}: who changed tokens and grants, when and what, the newest first. Needs the scope {@code admin}. */
public final class AuditEndpoint {

    private final Access access;

    public AuditEndpoint(Access access) {
        this.access = access;
    }

    public void list(Exchange exchange) {
        Api.answer(exchange, call -> {
            AdminCall.admit(access, call);
            QueryParameters parameters = QueryParameters.of(call, Set.of("principal", "before", "limit"));
            List<Audit.Entry> entries = access.audit(
                    parameters.text("principal"),
                    parameters.number("before", Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
                    parameters.number("limit", 100, 1, 1_000));
            Api.json(
                    call,
                    200,
                    Map.of(
                            "entries",
                            entries.stream().map(AuditEndpoint::described).toList()));
        });
    }

    private static Map<String, Object> described(Audit.Entry entry) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("no", entry.no());
        document.put("at", entry.at().toString());
        document.put("actor", entry.actor().orElse(null));
        document.put("tokenId", entry.tokenId().orElse(null));
        document.put("action", entry.action());
        document.put("principal", entry.principal());
        document.put("subject", entry.subject());
        return document;
    }
}
