package io.syncline.access;

import io.syncline.http.RequestHead;
import io.syncline.http.Shown;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who comes without a good token: counted by address, said once a minute, and told to wait when it is too often. Safe for use by many threads. */
final class Strangers {

    private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);

    /** Of an IPv6 address, what a network is given as a whole. */
    private static final int NETWORK_BYTES = 8;

    private final Quota quota;

    Strangers(int failuresPerMinute, Clock clock) {
        this.quota = new Quota(failuresPerMinute, Duration.ofMinutes(1), clock);
    }

    /** What a refused request is answered with. */
    AccessDenied answer(RequestHead request, AccessDenied refusal) {
        int failures = quota.use(network(request.remoteAddress()));
        OptionalLong wait = quota.secondsToWait(failures);
        if (failures <= 1) {
            LOG.warn(
                    "Refused {} {} from {}: {} What follows from there within a minute is refused without a line",
                    request.method(),
                    Shown.name(request.path()),
                    request.remoteAddress(),
                    refusal.getMessage());
        }
        return wait.isEmpty()
                ? refusal
                : AccessDenied.tooMany("Too many requests without a good token came from this address.", wait);
    }

    /** The address; of IPv6 the network, for whoever has one address there has very many. */
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // A literal, so no name is looked up.
            int zone = address.indexOf('%');
            InetAddress parsed = InetAddress.getByName(zone < 0 ? address : address.substring(0, zone));
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, NETWORK_BYTES)
                    : address;
        } catch (UnknownHostException noLiteral) {
            return address;
        }
    }
}
