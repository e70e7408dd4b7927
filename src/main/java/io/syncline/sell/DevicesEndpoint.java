package io.syncline.sell;

import io.syncline.access.Access;
import io.syncline.access.Caller;
import io.syncline.access.TokenScope;
import io.syncline.http.Api;
import io.syncline.http.ApiException;
import io.syncline.http.HttpCall;
import io.syncline.http.QueryParameters;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * {@code /api/devices}: lists the devices of a principal and deactivates them, which the vendor's API cannot. A token with the scope {@code sync} is for
 * its own principal's; one with the scope {@code admin} may name another. Safe for use by many threads.
 */
public final class DevicesEndpoint {

    private static final String PRINCIPAL = "principal";

    private final SellSync sync;
    private final Access access;
    private final Clock clock;

    public DevicesEndpoint(SellSync sync, Access access, Clock clock) {
        this.sync = sync;
        this.access = access;
        this.clock = clock;
    }

    public void list(Exchange exchange) {
        Api.answer(exchange, call -> {
            Instant activeSince = clock.instant().minus(Starts.ACTIVE);
            Api.json(
                    call,
                    200,
                    Map.of(
                            "devices",
                            sync.devices(principal(call)).stream()
                                    .map(device -> described(device, activeSince))
                                    .toList()));
        });
    }

    public void deactivate(Exchange exchange) {
        Api.answer(exchange, call -> {
            String principal = principal(call);
            String path = call.path();
            String uuid = path.substring(path.lastIndexOf('/') + 1);
            if (!DeviceKey.isUuid(uuid) || !sync.deactivate(DeviceKey.of(principal, uuid))) {
                throw new ApiException(404, "NOT_FOUND", "There is no device with this UUID.");
            }
            call.respond(204, Map.of());
        });
    }

    private String principal(HttpCall call) {
        Caller caller = access.admit(call, TokenScope.SYNC, TokenScope.ADMIN);
        Api.mediaType(call, List.of(Api.JSON));
        String principal =
                QueryParameters.of(call, Set.of(PRINCIPAL)).text(PRINCIPAL).orElse(caller.principal());
        if (!principal.equals(caller.principal()) && !caller.scopes().contains(TokenScope.ADMIN)) {
            throw new ApiException(
                    403, "FORBIDDEN", "Only a token with the scope 'admin' sees the devices of another principal.");
        }
        return principal;
    }

    private static Map<String, Object> described(DeviceSummary device, Instant activeSince) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("uuid", device.uuid());
        document.put("active", device.startedAt().isAfter(activeSince));
        document.put("createdAt", device.createdAt().toString());
        document.put("startedAt", device.startedAt().toString());
        return document;
    }
}
